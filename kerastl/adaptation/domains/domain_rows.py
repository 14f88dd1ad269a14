"""What is known of every example: label, domain and weight, in tables."""

from dataclasses import dataclass, replace

import numpy as np

UNKNOWN = -1
"""The label of an example whose class is not known."""


@dataclass(frozen=True)
class DomainRows:
    """Labels, domains and weights of examples from several domains.

    Batches carry the numbers of rows in place of labels. So one batch holds examples of every
    domain, and labels and weights may change between epochs without a new pipeline.

    Attributes:
        labels: Class of each example, or `UNKNOWN`, shape `(rows,)`, int32.
        domains: 0 for the first source, and so on; the target is the last. Shape `(rows,)`, int32.
        weights: Factor on each example's task loss, shape `(rows,)`, float32.
        target: The target's number.

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
        """Number examples in the order: sources, labelled target, target, validation.

        Args:
            sources: Labels of each source domain.
            target_count: How many target examples have no label.
            labelled_target: Labels of target examples that have one. Defaults to none.
            validation: Labels of the examples that only measure. Defaults to none.
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
        """Which rows are of the target."""
        return self.domains == self.target

    def relabelled(self, rows: np.ndarray, labels: np.ndarray) -> "DomainRows":
        """Return the same rows, some with other labels."""
        changed = self.labels.copy()
        changed[rows] = labels
        return replace(self, labels=changed)

    def weighted(self, rows: np.ndarray, weights: np.ndarray) -> "DomainRows":
        """Return the same rows, some with other weights."""
        changed = self.weights.copy()
        changed[rows] = weights
        return replace(self, weights=changed)
