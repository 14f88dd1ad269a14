"""Results of a backbone comparison: rows, accuracy-latency frontier, table and plot."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerastl.comparing.compared_backbone import VARIANTS, ComparedBackbone, DevicePoint
from kerastl.comparing.frontier import frontier
from kerastl.comparing.table import table_lines

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Comparison:
    """Backbones compared on the same data, the most accurate first; prints as a table.

    The validation split made the ranking, so its accuracies are optimistic. Report the accuracy
    of the chosen recipe on the test split, which the comparison never reads.

    Attributes:
        rows: One `ComparedBackbone` a backbone, by validation accuracy of its linear probe. Of two
            equal ones, the one with fewer parameters comes first; those that failed come last.
        training_examples: Number of examples that the linear probes were fitted on.
        validation_examples: Number of examples that the accuracies were measured on.
        ranking_seconds: Wall time of everything except the LiteRT files.
        export_seconds: Wall time of writing and running the LiteRT files; 0 without export.

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

        def rank(row: ComparedBackbone) -> tuple[float, int]:
            if row.accuracy is None:
                return 1.0, 0
            return -row.accuracy, row.parameters or 0

        return cls(tuple(sorted(rows, key=rank)), **metrics)

    @property
    def best(self) -> ComparedBackbone:
        """The row with the highest validation accuracy.

        Raises:
            ValueError: If every backbone failed.
        """
        if not self.rows or self.rows[0].accuracy is None:
            reasons = "; ".join(f"{row.name}: {row.problem}" for row in self.rows)
            raise ValueError(f"No backbone could be measured. Received: {reasons or 'no rows'}")
        return self.rows[0]

    @property
    def points(self) -> list[DevicePoint]:
        """Each file with a known latency: its row, its variant and its metrics.

        Estimates are left out if any latency was measured: the two are on different scales.
        """
        measured = any(row.float32 is not None and row.float32.measured for row in self.rows)
        return [
            (row, variant, metrics)
            for row in self.rows
            for variant, metrics in row.files().items()
            if metrics.latency_ms is not None and metrics.measured == measured
        ]

    @property
    def frontier(self) -> list[DevicePoint]:
        """The points that no other point beats in accuracy and latency, from fast to slow."""
        points = self.points
        places = frontier([(each.latency_ms or 0.0, each.accuracy) for _, _, each in points])
        return [points[place] for place in places]

    def plot(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Draw accuracy against latency, the frontier as a line.

        Args:
            path: Image file to write, such as `backbones.png`; its suffix sets the format.
                Defaults to None: nothing is written.

        Returns:
            The matplotlib figure.

        Raises:
            ImportError: If matplotlib is not installed.
            ValueError: If no latency is known.
        """
        from kerastl.basics.files.plot_file import write_plot
        from kerastl.comparing.plot import draw_points

        figure = draw_points(self.points, self.frontier)
        if path is not None:
            write_plot(figure, path)
        return figure

    def to_dict(self) -> dict[str, Any]:
        """Return all metrics as plain values for JSON."""
        on_frontier = {(id(row), variant) for row, variant, _ in self.frontier}
        return {
            "training_examples": self.training_examples,
            "validation_examples": self.validation_examples,
            "ranking_seconds": self.ranking_seconds,
            "export_seconds": self.export_seconds,
            "rows": [
                {
                    **row.to_dict(),
                    "frontier": [each for each in VARIANTS if (id(row), each) in on_frontier],
                }
                for row in self.rows
            ],
        }

    def _repr_html_(self) -> str:
        from kerastl.comparing.comparison_html import comparison_html

        table = len(table_lines(self.rows, self.frontier))
        return comparison_html(self.rows, self.frontier, str(self).split("\n")[table:])

    def __str__(self) -> str:
        files = [metrics for row in self.rows for metrics in row.files().values()]
        lines = table_lines(self.rows, self.frontier)
        lines.append(
            f"Accuracy: linear probe on {self.validation_examples} validation examples, fitted on "
            f"{self.training_examples} training examples; ranked in {self.ranking_seconds:.1f} s."
        )
        if any(each.measured for each in files):
            lines.append(
                "MB and ms: LiteRT files of backbone and probe, one example on one thread here; "
                f"made in {self.export_seconds:.1f} s."
            )
        if any(not each.measured for each in files):
            lines.append(
                "~ marks an estimate: 4 bytes a parameter, and the feature pass divided by its\n"
                "examples; that pass used all cores and includes reading the data."
            )
        return "\n".join(lines)
