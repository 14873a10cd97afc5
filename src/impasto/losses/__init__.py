"""Step 3, loss: what a network is told to make small."""
