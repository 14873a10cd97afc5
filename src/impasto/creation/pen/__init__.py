"""New drawings by a network that draws stroke after stroke."""
