"""One picture: its colors, its light, how it is composed, and which styles are near."""
