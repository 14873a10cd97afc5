"""Step 2, build: the networks, one file each, and the catalog of their weights."""
