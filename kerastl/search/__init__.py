"""Nearest-neighbour search over vectors."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.search.hit import Hit
    from kerastl.search.vector_index import VectorIndex

__all__ = ["Hit", "VectorIndex"]


def __getattr__(name: str) -> Any:
    if name == "VectorIndex":
        from kerastl.search.vector_index import VectorIndex

        return VectorIndex
    if name == "Hit":
        from kerastl.search.hit import Hit

        return Hit
    raise AttributeError(f"module 'kerastl.search' has no attribute {name!r}")
