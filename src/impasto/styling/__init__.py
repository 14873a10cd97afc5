"""The room behind the verb stylize: styles, strokes, and pictures of any size."""
