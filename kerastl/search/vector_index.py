"""Index of vectors for nearest-neighbour search."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.basics.arguments import check_count
from kerastl.basics.files.array_file import read_array
from kerastl.basics.files.damaged import DamagedFileError, reading
from kerastl.basics.files.json_fields import read_field
from kerastl.basics.files.json_file import read_json, write_json
from kerastl.basics.files.recovery import read_whole
from kerastl.basics.files.regular_file import check_regular_files
from kerastl.basics.files.staging import whole_or_nothing
from kerastl.basics.files.target_directory import check_target
from kerastl.search.hit import Hit

_FORMAT = 2
_REMEDY = "Save the index again"
_VECTORS, _DESCRIPTION = "vectors.npy", "index.json"


class VectorIndex:
    """Find the vectors most similar to a query, by cosine similarity.

    The search is exact: scikit-learn's `NearestNeighbors` compares the query with every vector.
    This takes milliseconds for a hundred thousand vectors.

    Args:
        vectors: Shape `(inputs, width)`.
        inputs: The text or path behind each vector. Defaults to None: hits have positions only.
        embed: Turns a list of queries into vectors of the same width, such as
            `Embedding.embed`. Defaults to None: `search` then takes vectors.

    Raises:
        ValueError: If there are no vectors, one has NaN or infinity, or the number of inputs
            differs.

    Example:

    >>> import numpy as np
    >>> index = VectorIndex(np.eye(3), ["x", "y", "z"])
    >>> [hit.input for hit in index.search(np.array([0.1, 2.0, 1.0]), k=2)]
    ['y', 'z']
    """

    def __init__(
        self,
        vectors: np.ndarray,
        inputs: Sequence[Any] | None = None,
        embed: Callable[[Any], np.ndarray] | None = None,
    ) -> None:
        if vectors.ndim != 2 or not len(vectors):
            raise ValueError(
                "An index needs vectors of shape (inputs, width), at least one. "
                f"Received: an array of shape {vectors.shape}"
            )
        if inputs is not None and len(inputs) != len(vectors):
            raise ValueError(
                "There must be one input for each vector. "
                f"Received: {len(inputs)} inputs and {len(vectors)} vectors"
            )
        from sklearn.neighbors import NearestNeighbors

        self.vectors = vectors
        self.inputs = None if inputs is None else list(inputs)
        self.embed = embed
        try:
            self._neighbors = NearestNeighbors(metric="cosine", algorithm="brute").fit(vectors)
        except ValueError:
            # scikit-learn checks the vectors as well, and names no row.
            _check_finite(vectors, "vectors")
            raise

    def __len__(self) -> int:
        return len(self.vectors)

    def search(self, query: Any, k: int = 5) -> list[Any]:
        """Find the nearest neighbours of one query or of several.

        Args:
            query: One raw input, such as a string, or a list of them; or a vector of shape
                `(width,)`, or several of shape `(queries, width)`.
            k: Number of neighbours, at most all vectors. Defaults to 5.

        Returns:
            A list of `Hit`s, the most similar first; for several queries a list of such lists.

        Raises:
            ValueError: If `k` is below 1, the query's width differs, the query has NaN or
                infinity, or it is raw and the index has no `embed`.
        """
        check_count("k", k)
        are_vectors = isinstance(query, np.ndarray) and query.dtype.kind == "f" and query.ndim <= 2
        several = query.ndim == 2 if are_vectors else isinstance(query, list | tuple)
        if several and not len(query):
            return []
        vectors = np.atleast_2d(query) if are_vectors else self._embedded(query, several)
        if vectors.shape[1] != self.vectors.shape[1]:
            raise ValueError(
                f"The index holds vectors of width {self.vectors.shape[1]}: embed queries with the "
                f"same model. Received: a query of width {vectors.shape[1]}"
            )
        _check_finite(vectors, "query vectors")
        distances, rows = self._neighbors.kneighbors(vectors, min(k, len(self)))
        found = [
            [self._hit(row, distance) for row, distance in zip(*each, strict=True)]
            for each in zip(rows, distances, strict=True)
        ]
        return found if several else found[0]

    def save(self, directory: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write vectors and inputs to a directory, as `.npy` and JSON.

        Inputs that are not texts or paths are left out; their hits have positions only.

        Args:
            directory: Target directory; it appears complete or not at all.
            overwrite: Whether to replace an existing index. Defaults to False.

        Returns:
            The directory.

        Raises:
            FileExistsError: If the directory has files, and may not or cannot be replaced.
            OSError: If the directory cannot be created or written to.
        """
        folder = Path(directory)
        check_target(folder, overwrite, marker=_DESCRIPTION, what="saved index")
        inputs = None
        if self.inputs is not None:
            inputs = [
                os.fspath(each) if isinstance(each, str | os.PathLike) else None
                for each in self.inputs
            ]
        with whole_or_nothing(folder, _DESCRIPTION) as staged:
            # In the order of rows, as the checksum reads them.
            vectors = np.ascontiguousarray(self.vectors)
            np.save(staged / _VECTORS, vectors, allow_pickle=False)
            described = {"format": _FORMAT, "checksum": _checksum(vectors), "inputs": inputs}
            write_json(staged / _DESCRIPTION, described)
        return folder

    @classmethod
    def load(
        cls,
        directory: str | os.PathLike[str],
        embed: Callable[[Any], np.ndarray] | None = None,
    ) -> VectorIndex:
        """Load a saved index into memory.

        Args:
            directory: The saved index.
            embed: As for the class: the embedding that made the vectors.

        Returns:
            The index.

        Raises:
            FileNotFoundError: If the directory holds no saved index.
            OSError: If the directory is replaced again and again while it is read.
            ValueError: If another kerastl saved it, or a file is damaged, altered or not a regular
                file.
        """
        return read_whole(Path(directory), lambda folder: cls._read(folder, embed))

    @classmethod
    def _read(cls, folder: Path, embed: Callable[[Any], np.ndarray] | None) -> VectorIndex:
        check_regular_files(folder)
        if not (folder / _DESCRIPTION).is_file():
            raise FileNotFoundError(
                f"The directory holds no saved index: {_DESCRIPTION} is missing. "
                f"Received: {str(folder)!r}"
            )
        with reading(folder / _DESCRIPTION, _REMEDY):
            described = read_json(folder / _DESCRIPTION)
            format_ = read_field(described, "format", int)
        if format_ > _FORMAT:
            raise ValueError(
                "The index was saved by a newer kerastl: upgrade kerastl to load it. "
                f"Received: format {format_} in {str(folder)!r}"
            )
        if format_ < _FORMAT:
            raise ValueError(
                "The index was saved by an older kerastl: save it again. "
                f"Received: format {format_} in {str(folder)!r}"
            )
        with reading(folder / _DESCRIPTION, _REMEDY):
            inputs = _read_inputs(described)
            checksum = read_field(described, "checksum", int)
        vectors = read_array(folder / _VECTORS)
        if _checksum(vectors) != checksum:
            reason = f"its checksum is not the one in {_DESCRIPTION}"
            raise DamagedFileError(folder / _VECTORS, reason, _REMEDY)
        if inputs is not None and len(inputs) != len(vectors):
            reason = f"it has {len(inputs)} inputs for {len(vectors)} vectors"
            raise DamagedFileError(folder / _DESCRIPTION, reason, _REMEDY)
        with reading(folder / _VECTORS, _REMEDY):
            return cls(vectors, inputs, embed)

    def _embedded(self, query: Any, several: bool) -> np.ndarray:
        if self.embed is None:
            raise ValueError(
                "The index cannot embed a raw query: pass embed= when you make or load it, or "
                f"search with a vector. Received: query={query!r}"
            )
        return self.embed(query if several else [query])

    def _hit(self, row: int, distance: float) -> Hit:
        known = None if self.inputs is None else self.inputs[row]
        return Hit(int(row), known, 1.0 - float(distance))


def _read_inputs(described: dict[str, Any]) -> list[str | None] | None:
    inputs = described["inputs"]
    if inputs is None:
        return None
    if not isinstance(inputs, list) or not all(
        each is None or type(each) is str for each in inputs
    ):
        raise ValueError("'inputs' must be a list of texts")
    return inputs


def _checksum(vectors: np.ndarray) -> int:
    """Return the CRC-32 of the values, against accidents; it is no signature."""
    return zlib.crc32(np.ascontiguousarray(vectors).view(np.uint8).data)


def _check_finite(vectors: np.ndarray, what: str) -> None:
    broken = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(broken):
        raise ValueError(
            f"The {what} must be finite numbers: embed their inputs again. Received: NaN or "
            f"infinity in {len(broken)} of {len(vectors)}, the first is number {broken[0]}"
        )
