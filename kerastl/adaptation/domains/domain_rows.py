"""A table of the label, domain and weight of each example."""

from dataclasses import dataclass, replace

import numpy as np

UNKNOWN = -1
"""The label of an example whose class is unknown."""


@dataclass(frozen=True)
class DomainRows:
    """Labels, domains and weights of examples from several domains.

    Batches contain row numbers in place of labels, to look up in this table. So labels and
    weights can change between epochs without a new data pipeline.

    Attributes:
        labels: Class of each example, or `UNKNOWN`, shape `(rows,)`, int32.
        domains: Domain numbers, shape `(rows,)`, int32: sources from 0, the target last.
        weights: Factor on each example's task loss, shape `(rows,)`, float32.
        target: Domain number of the target.

    Example:

    >>> rows = DomainRows.of([np.array([0, 1])], target_count=3)
    >>> rows.labels.tolist(), rows.domains.tolist()
    ([0, 1, -1, -1, -1], [0, 0, 1, 1, 1])
    """

    labels: np.ndarray
    domains: np.ndarray
    weights: np.ndarray
    target: int

    @classmethod
    def of(
        cls,
        sources: list[np.ndarray],
        target_count: int,
        labelled_target: np.ndarray | None = None,
        validation: np.ndarray | None = None,
    ) -> "DomainRows":
        """Create a table with rows in the order: sources, labelled target, target, validation.

        Args:
            sources: Labels of each source domain.
            target_count: Number of unlabelled target examples.
            labelled_target: Labels of labelled target examples. Defaults to None: there are none.
            validation: Labels of validation examples. Defaults to None: there are none.
        """
        few = np.empty(0, int) if labelled_target is None else labelled_target
        held_out = np.empty(0, int) if validation is None else validation
        target = len(sources)
        unknown = np.full(target_count, UNKNOWN)
        labels = np.concatenate([*sources, few, unknown, held_out]).astype("int32")
        counts = [*map(len, sources), len(few) + target_count, len(held_out)]
        domains = np.repeat([*range(target), target, 0], counts).astype("int32")
        return cls(labels, domains, np.ones(len(labels), "float32"), target)

    @property
    def is_target(self) -> np.ndarray:
        """Mask of the target's rows, shape `(rows,)`."""
        return self.domains == self.target

    def relabelled(self, rows: np.ndarray, labels: np.ndarray) -> "DomainRows":
        """Return a copy with new labels for some rows."""
        changed = self.labels.copy()
        changed[rows] = labels
        return replace(self, labels=changed)

    def weighted(self, rows: np.ndarray, weights: np.ndarray) -> "DomainRows":
        """Return a copy with new weights for some rows."""
        changed = self.weights.copy()
        changed[rows] = weights
        return replace(self, weights=changed)
