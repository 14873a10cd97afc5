"""The named styles that come with the brush."""

from functools import cache

from impasto.data.vectors import StyleVector, load_vectors
from impasto.errors import StyleError
from impasto.networks import catalog

PATH = catalog.FOLDER / "styles.safetensors"


@cache
def named_styles() -> dict[str, StyleVector]:
    """Read the named styles of the package.

    Raises:
        StyleError: If they belong to other weights than the brush's.
    """
    vectors = load_vectors(PATH)
    if any(vector.weights != catalog.row("brush").sha256 for vector in vectors):
        raise StyleError("the styles that ship belong to another brush; install impasto again")
    return {vector.name: vector for vector in vectors}
