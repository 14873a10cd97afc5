"""A collection, and one's way through it: what is like this, here twice, goes together.

The tables lie in a folder of their own (`places`, `store`); pictures come in by `add`, and stay
where they are.
"""

from impasto.analysis.collection.adding import Added, add
from impasto.analysis.collection.exporting import export
from impasto.analysis.collection.finding import Found, Hit, SearchSettings, search
from impasto.analysis.collection.gallery import Gallery, open_gallery
from impasto.analysis.collection.grouping import Cluster, Clusters, ClusterSettings, clusters
from impasto.analysis.collection.keeping import Checked, Removed, check, rebuild, remove
from impasto.analysis.collection.places import names
from impasto.analysis.collection.twins import Duplicates, Twin, duplicates

__all__ = [
    "Added",
    "Checked",
    "Cluster",
    "ClusterSettings",
    "Clusters",
    "Duplicates",
    "Found",
    "Gallery",
    "Hit",
    "Removed",
    "SearchSettings",
    "Twin",
    "add",
    "check",
    "clusters",
    "duplicates",
    "export",
    "names",
    "open_gallery",
    "rebuild",
    "remove",
    "search",
]
