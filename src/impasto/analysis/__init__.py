"""The room behind the verb `analyze`: what is in a picture, and in a collection."""
