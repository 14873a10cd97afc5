"""Step 6, test: how good a network is, how sure that is, and what a simpler one would reach."""
