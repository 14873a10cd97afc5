"""Step 1, prepare: the pictures a network learns from, and the vectors it makes of them."""
