"""Tables of texts or images: with a class, with several labels, or with numbers a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from kerastl.cli.run_file.data.section import DataSection

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset


@dataclass(frozen=True)
class Table(DataSection):
    """A CSV, TSV or Parquet file with a header.

    Args:
        text: The column with the texts. Defaults to `"text"` where no image column is named.
        image: The column with paths of images, in place of `text`.
        split: The column that says train, validation or test.
        group: The column that says which examples belong together.
        encoding: How a CSV file's characters are written. Defaults to `"utf-8"`.
        separator: What is between two cells of a CSV file.
        on_error: Whether unreadable images are an error or left out. Defaults to `"raise"`.
    """

    text: str | None = None
    image: str | None = None
    split: str | None = None
    group: str | None = None
    encoding: str | None = None
    separator: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    @property
    def modality(self) -> Literal["text", "image"]:
        """What a row has."""
        return "text" if self.image is None else "image"

    @property
    def input_column(self) -> dict[str, Any]:
        """The column of texts or images, by kind."""
        return {"text": self.text or "text"} if self.image is None else {"image": self.image}

    def _columns(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.image is None:
            given.setdefault("text", "text")
        return given


@dataclass(frozen=True)
class ClassTable(Table):
    """A table whose rows have one class each.

    Args:
        label: The column with the classes. Defaults to `"label"`.
    """

    kind: ClassVar[str] = "A table of classes"

    label: str | None = None

    @property
    def task(self) -> str:
        """One class a row."""
        return f"{self.modality}_classification"

    def _read(self, given: dict[str, Any]) -> Dataset:
        from kerastl import data

        given.setdefault("label", "label")
        return data.csv(self.path, **self._columns(given))


@dataclass(frozen=True)
class LabelTable(Table):
    """A table whose rows have any number of labels.

    Args:
        label: The column whose cells list labels. Defaults to `"label"` without `labels`.
        labels: The columns that are labels, each with 0 and 1, in place of `label`.
        label_separator: What is between two labels in a cell. Defaults to a semicolon.
    """

    kind: ClassVar[str] = "A table of several labels"

    label: str | None = None
    labels: tuple[str, ...] | None = None
    label_separator: str | None = None

    @property
    def task(self) -> str:
        """Several labels a row."""
        return f"{self.modality}_multi_label_classification"

    def _read(self, given: dict[str, Any]) -> Dataset:
        from kerastl import data

        if self.labels is None:
            given.setdefault("label", "label")
        return data.csv_multi_label(self.path, **self._columns(given))


@dataclass(frozen=True)
class NumberTable(Table):
    """A table whose rows have numbers.

    Args:
        values: The columns with the numbers, at least one.

    Raises:
        ValueError: If no column is named.
    """

    kind: ClassVar[str] = "A table of numbers"

    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.values:
            raise ValueError(
                "A regression needs the columns with the numbers: name them in `values`. "
                f"Received: values={self.values!r}"
            )

    @property
    def task(self) -> str:
        """Numbers a row."""
        return f"{self.modality}_regression"

    def _read(self, given: dict[str, Any]) -> Dataset:
        from kerastl import data

        return data.csv_numbers(self.path, **self._columns(given))
