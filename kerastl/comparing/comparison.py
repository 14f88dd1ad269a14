"""What a comparison of backbones found."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerastl.comparing.compared_backbone import ComparedBackbone, DeviceMetrics
from kerastl.comparing.frontier import frontier

if TYPE_CHECKING:
    from matplotlib.figure import Figure

VARIANTS = ("float32", "int8")


@dataclass(frozen=True)
class Comparison:
    """Backbones on the same data, the most accurate first; printed as a table.

    The validation split has chosen: report the chosen recipe's accuracy on the test split, which
    nothing here has seen.

    Attributes:
        rows: One a backbone, by the accuracy of its probe on the validation split; of two that
            are equal the one with fewer parameters first, and those without metrics last.
        training_examples: How many the probes were solved on.
        validation_examples: How many accuracies were measured on.
        ranking_seconds: Time of everything but the files.
        export_seconds: Time of making and running the files; 0 without export.

    Example:

    ```python
    found = kerastl.compare(data, ["mobilenet", "mobilenet_v2"])
    print(found)
    found.plot("backbones.png")
    found.best.name
    ```
    """

    rows: tuple[ComparedBackbone, ...]
    training_examples: int
    validation_examples: int
    ranking_seconds: float
    export_seconds: float = 0.0

    @classmethod
    def of(cls, rows: Sequence[ComparedBackbone], **metrics: Any) -> Comparison:
        """Sort rows into a comparison.

        Args:
            rows: One a backbone, in any order.
            **metrics: The other attributes.
        """

        def place(row: ComparedBackbone) -> tuple[float, int]:
            if row.accuracy is None:
                return 1.0, 0
            return -row.accuracy, row.parameters or 0

        return cls(tuple(sorted(rows, key=place)), **metrics)

    @property
    def best(self) -> ComparedBackbone:
        """The row with the highest validation accuracy.

        Raises:
            ValueError: If no backbone could be measured.
        """
        if not self.rows or self.rows[0].accuracy is None:
            reasons = "; ".join(f"{row.name}: {row.problem}" for row in self.rows)
            raise ValueError(f"No backbone could be measured. Received: {reasons or 'no rows'}")
        return self.rows[0]

    @property
    def points(self) -> list[tuple[ComparedBackbone, str, DeviceMetrics]]:
        """Each file whose latency is known: its row, its variant and its metrics."""
        found = []
        # Latencies that were measured and estimated ones are on different scales.
        measured = any(row.float32 is not None and row.float32.measured for row in self.rows)
        for row in self.rows:
            for variant in VARIANTS:
                metrics: DeviceMetrics | None = getattr(row, variant)
                if metrics is None or metrics.latency_ms is None or metrics.measured != measured:
                    continue
                found.append((row, variant, metrics))
        return found

    @property
    def frontier(self) -> list[tuple[ComparedBackbone, str, DeviceMetrics]]:
        """The points that no other beats in accuracy and latency, from fast to slow."""
        points = self.points
        places = frontier([(each.latency_ms or 0.0, each.accuracy) for _, _, each in points])
        return [points[place] for place in places]

    def plot(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Draw accuracy against latency, the frontier as a line.

        Args:
            path: An image to write, such as `backbones.png`; its suffix says the format.
                Defaults to None: nothing is written.

        Returns:
            The figure.

        Raises:
            ImportError: If matplotlib is not installed.
            ValueError: If no latency is known.
        """
        from kerastl.comparing.plot import draw_comparison

        return draw_comparison(self, path)

    def to_dict(self) -> dict[str, Any]:
        """Return all metrics as plain values that JSON can hold."""
        beaten_by_none = [(id(row), variant) for row, variant, _ in self.frontier]
        return {
            "training_examples": self.training_examples,
            "validation_examples": self.validation_examples,
            "ranking_seconds": self.ranking_seconds,
            "export_seconds": self.export_seconds,
            "rows": [
                {
                    **row.to_dict(),
                    "frontier": [v for v in VARIANTS if (id(row), v) in beaten_by_none],
                }
                for row in self.rows
            ],
        }

    def __str__(self) -> str:
        from kerastl.comparing.table import written_table

        return written_table(self)
