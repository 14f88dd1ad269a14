"""The domain that a run adapts to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from kerastl.cli.run_file.data.section import DataSection
    from kerastl.data.splits.split import Split

_OF_DATA = re.compile("`(encoding|separator)=")


@dataclass(frozen=True)
class TargetSection:
    """Unlabelled examples of the domain to adapt to; see `kerastl.adaptation`.

    Args:
        adapt_to: A folder of images, or a CSV, TSV or Parquet file whose column of inputs has
            the same name as in the labelled data.
        adaptation: Name of the method. Defaults to `"auto"`.
        text: The column of a table with the texts. Defaults to that of the labelled data.
        image: The column of a table with paths of images, in place of `text`.
        encoding: Character encoding of a CSV file. Defaults to that of the labelled data.
        separator: The character between two cells. Defaults to that of the labelled data.
        on_error: `"raise"` stops at examples that cannot be used, `"skip"` leaves them out.
            Defaults to the setting of the labelled data.

    Raises:
        ValueError: If the method is not known.
    """

    adapt_to: Path
    adaptation: str = "auto"
    text: str | None = None
    image: str | None = None
    encoding: str | None = None
    separator: str | None = None
    on_error: Literal["raise", "skip"] | None = None

    def __post_init__(self) -> None:
        from kerastl.adaptation.methods.resolve import resolve_method

        resolve_method(self.adaptation)

    def read(self, data: DataSection) -> Split:
        """Read the examples.

        Args:
            data: The labelled examples, for the settings that are not given.

        Raises:
            FileNotFoundError: If nothing is at the path.
            ValueError: If they cannot be read.
        """
        from kerastl.data.sources.unlabelled import unlabelled

        if not self.adapt_to.exists():
            raise FileNotFoundError(
                f"There is no such file or folder to adapt to. Received: {str(self.adapt_to)!r}"
            )
        names = ("encoding", "separator", "on_error", "pixel_range")
        how = {name: self._setting(name, data) for name in names}
        given = {name: value for name, value in how.items() if value is not None}
        column: dict[str, Any] = {"text": self.text, "image": self.image}
        if self.text is None and self.image is None:
            column = data.input_column
        try:
            return unlabelled(self.adapt_to, **({} if self.adapt_to.is_dir() else column), **given)
        except ValueError as error:
            # Options of this name are those of the labelled data.
            raise ValueError(_OF_DATA.sub(r"`target_\1=", str(error))) from error

    def _setting(self, name: str, data: DataSection) -> Any:
        own = getattr(self, name, None)
        return getattr(data, name, None) if own is None else own
