"""Groups among works that nobody has labeled: sought, chosen, judged and shown."""
