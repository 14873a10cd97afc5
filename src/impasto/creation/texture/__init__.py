"""A texture that grows and mends itself, learned from one picture."""
