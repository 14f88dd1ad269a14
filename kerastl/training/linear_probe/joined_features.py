"""Features of several tensors and views as one matrix whose rows are built on request."""

from collections.abc import Sequence

import numpy as np

from kerastl.training.cache.stored_rows import StoredRows


class JoinedFeatures:
    """Concatenate arrays as columns, and parts as rows: views of examples, or other examples.

    Rows are built when they are indexed, so features may be larger than memory.

    Args:
        parts: The arrays of each part, each with one row an example.
        centre: Subtracted from every row, shape `(features,)`. Defaults to 0.
        scale: Factor on every centred row, shape `(features,)`. Defaults to 1.

    Example:

    >>> import numpy as np
    >>> JoinedFeatures([[np.zeros((4, 2)), np.ones((4, 3))]])[1:3]
    array([[0., 0., 1., 1., 1.],
           [0., 0., 1., 1., 1.]], dtype=float32)
    """

    def __init__(
        self,
        parts: Sequence[Sequence[np.ndarray | StoredRows]],
        centre: np.ndarray | None = None,
        scale: np.ndarray | None = None,
    ) -> None:
        self._parts = parts
        self._centre = centre
        self._scale = scale
        self._starts = np.cumsum([0, *(len(arrays[0]) for arrays in parts)])
        self.shape = (int(self._starts[-1]), sum(array.shape[1] for array in parts[0]))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """Return rows as a float32 array.

        Args:
            rows: A slice without a step, or row numbers.
        """
        if isinstance(rows, slice):
            start, stop, _ = rows.indices(len(self))
            made = np.empty((stop - start, self.shape[1]), "float32")
            for arrays, first, end in zip(self._parts, *self._bounds, strict=True):
                low, high = max(start, first), min(stop, end)
                if low < high:
                    chosen = slice(low - first, high - first)
                    _fill(made[low - start : high - start], [array[chosen] for array in arrays])
        else:
            made = np.empty((len(rows), self.shape[1]), "float32")
            for arrays, first, end in zip(self._parts, *self._bounds, strict=True):
                here = np.flatnonzero((rows >= first) & (rows < end))
                wanted = rows[here] - first
                made[here] = _fill(
                    np.empty((len(here), self.shape[1]), "float32"),
                    [array[wanted] for array in arrays],
                )
        if self._centre is not None:
            made -= self._centre
        if self._scale is not None:
            made *= self._scale
        return made

    def standardized(self, centre: np.ndarray, scale: np.ndarray) -> "JoinedFeatures":
        """Return the same features, centred and scaled."""
        return JoinedFeatures(self._parts, centre.astype("float32"), scale.astype("float32"))

    @property
    def _bounds(self) -> tuple[np.ndarray, np.ndarray]:
        return self._starts[:-1], self._starts[1:]


def _fill(made: np.ndarray, parts: Sequence[np.ndarray]) -> np.ndarray:
    start = 0
    for part in parts:
        made[:, start : start + part.shape[1]] = part
        start += part.shape[1]
    return made
