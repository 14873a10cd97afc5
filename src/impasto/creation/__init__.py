"""The room behind the verb create: new pictures from one, textures, drawings, generators."""
