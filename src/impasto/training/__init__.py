"""Steps 4 and 5, optimize and train: the loop and its checkpoints."""
