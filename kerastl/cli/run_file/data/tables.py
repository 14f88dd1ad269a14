"""Tables of texts or images: each row has one class, several labels, or numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from kerastl.cli.run_file.data.section import DataSection

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Modality


@dataclass(frozen=True)
class Table(DataSection):
    """A CSV, TSV or Parquet file with a header.

    Args:
        text: The column with the texts. Defaults to `"text"` if no image column is named.
        image: The column with paths of images, in place of `text`.
        split: The column with the split of each row: train, validation or test.
        group: The column with the group of each row. A group is never divided between splits.
        encoding: Character encoding of a CSV file. Defaults to `"utf-8"`.
        separator: The text between two cells of a CSV file.
        on_error: `"raise"` stops at unreadable images and empty cells, `"skip"` leaves these rows
            out. Defaults to `"raise"`.
        pixel_range: Values of black and white in images that store numbers; see
            `kerastl.data.arrays`.
        corrections: A CSV file with corrected labels, as `kerastl inspect` writes it.
    """

    text: str | None = None
    image: str | None = None
    split: str | None = None
    group: str | None = None
    encoding: str | None = None
    separator: str | None = None
    on_error: Literal["raise", "skip"] = "raise"
    pixel_range: tuple[float, float] | None = None
    corrections: Path | None = None

    @property
    def modality(self) -> Modality:
        """Images if an image column is named, otherwise texts."""
        return "text" if self.image is None else "image"

    @property
    def input_column(self) -> dict[str, Any]:
        """The column of texts or images, as an argument of `kerastl.data.unlabelled`."""
        return {"text": self.text or "text"} if self.image is None else {"image": self.image}

    def _columns(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.image is None:
            given.setdefault("text", "text")
        return given


@dataclass(frozen=True)
class ClassTable(Table):
    """A table with one class for each row.

    Args:
        label: The column with the classes. Defaults to `"label"`.
        more: A table or a folder with more training examples; see `kerastl.data.with_more`.
    """

    kind: ClassVar[str] = "A table of classes"
    reader: ClassVar[str] = "csv"

    label: str | None = None
    more: Path | None = None

    def _read(self, given: dict[str, Any]) -> Dataset:
        from kerastl.data.sources.more_examples import with_more
        from kerastl.data.sources.table import csv

        more = given.pop("more", None)
        given.setdefault("label", "label")
        data = csv(self.path, **self._columns(given))
        return data if more is None else with_more(data, more)


@dataclass(frozen=True)
class LabelTable(Table):
    """A table with any number of labels for each row.

    Args:
        label: The column with lists of labels. Defaults to `"label"` without `labels`.
        labels: The columns of 0 and 1, one for each label, in place of `label`.
        label_separator: The text between two labels in a cell. Defaults to a semicolon.
    """

    kind: ClassVar[str] = "A table of several labels"
    reader: ClassVar[str] = "csv_multi_label"

    label: str | None = None
    labels: tuple[str, ...] | None = None
    label_separator: str | None = None

    def _read(self, given: dict[str, Any]) -> Dataset:
        from kerastl.data.sources.multi_label import csv_multi_label

        if self.labels is None:
            given.setdefault("label", "label")
        return csv_multi_label(self.path, **self._columns(given))


@dataclass(frozen=True)
class NumberTable(Table):
    """A table with numbers for each row.

    Args:
        values: The columns with the numbers, at least one.

    Raises:
        ValueError: If no column is named.
    """

    kind: ClassVar[str] = "A table of numbers"
    reader: ClassVar[str] = "csv_numbers"

    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.values:
            raise ValueError(
                "A regression needs the columns with the numbers: name them in `values`. "
                f"Received: values={self.values!r}"
            )

    def _read(self, given: dict[str, Any]) -> Dataset:
        from kerastl.data.sources.numbers import csv_numbers

        return csv_numbers(self.path, **self._columns(given))
