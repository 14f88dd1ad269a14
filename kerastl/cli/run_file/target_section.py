"""The domain that a run adapts to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerastl.cli.run_file.data.section import DataSection
    from kerastl.data.splits.split import Split


@dataclass(frozen=True)
class TargetSection:
    """Unlabelled examples of the domain to adapt to; see `kerastl.adaptation`.

    Args:
        adapt_to: A folder of images, or a CSV, TSV or Parquet file whose column of inputs has
            the same name as in the labelled data.
        adaptation: Name of the method. Defaults to `"self_training"`.

    Raises:
        ValueError: If the method is not known.
    """

    adapt_to: Path
    adaptation: str = "self_training"

    def __post_init__(self) -> None:
        from kerastl.adaptation.methods.resolve import resolve_method

        resolve_method(self.adaptation)

    def read(self, data: DataSection) -> Split:
        """Read the examples.

        Args:
            data: The labelled examples, for the column of inputs and the range of pixels.

        Raises:
            FileNotFoundError: If nothing is at the path.
            ValueError: If they cannot be read.
        """
        from kerastl.data.sources.unlabelled import unlabelled

        if not self.adapt_to.exists():
            raise FileNotFoundError(
                f"There is no such file or folder to adapt to. Received: {str(self.adapt_to)!r}"
            )
        pixel_range = getattr(data, "pixel_range", None)
        if self.adapt_to.is_dir():
            return unlabelled(self.adapt_to, pixel_range=pixel_range)
        return unlabelled(self.adapt_to, pixel_range=pixel_range, **data.input_column)
