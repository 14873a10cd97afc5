"""The room behind train, test, predict and compare: the six steps of deep learning, in order."""
