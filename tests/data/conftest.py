"""A museum on loopback, for whatever is fetched."""

from loopback import museum

__all__ = ["museum"]
