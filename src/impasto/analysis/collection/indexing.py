"""An index of LanceDB's for collections that are too large to compare with each of their works."""

import math

from impasto.analysis.collection.store import Store

EXACT = 100_000
"""Works up to which every search compares with each; above, an index finds nearly all of the
nearest."""

COLUMN = "vector"


def keep_index(store: Store, count: int, *, exact: int = EXACT) -> None:
    """Make the index of a large collection, or bring new works into the one that is there.

    Args:
        store: The collection, held for oneself.
        count: Works in it.
        exact: Works up to which there is none.

    Notes:
        Inverted file: Sivic, Zisserman 2003, "Video Google"; vectors stay whole (IVF_FLAT), so that
        distances are exact and only the choice of cells can miss a work.
    """
    from lancedb.index import IvfFlat

    if count <= exact:
        return
    with store.writing():
        table = store.table("works")
        if not any(COLUMN in index.columns for index in table.list_indices()):
            cells = max(1, round(math.sqrt(count)))
            table.create_index(COLUMN, config=IvfFlat(distance_type="dot", num_partitions=cells))
