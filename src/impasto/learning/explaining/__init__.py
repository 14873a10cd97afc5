"""Where an answer comes from: maps, the checks that say whether to trust them, and a figure."""
