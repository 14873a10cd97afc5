"""The ways to learn a collection, by name."""

from impasto.creation.collection.by_flow import FLOW
from impasto.creation.collection.by_gan import GAN
from impasto.creation.collection.method import Method

METHODS: dict[str, Method] = {method.name: method for method in (GAN, FLOW)}
"""Every one that there is."""
