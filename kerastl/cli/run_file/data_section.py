"""What a run file says about the data."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from kerastl.data import Dataset

_OF_TABLES = ("text", "image", "label", "split", "separator")
_CONLL_ENDINGS = (".conll", ".bio", ".iob")


@dataclass(frozen=True)
class DataSection:
    """Labelled examples: a folder of class folders, a CSV, TSV or Parquet file, a CoNLL file.

    A CoNLL file ends in `.conll`, `.bio` or `.iob`.

    Args:
        path: The folder or the file.
        text: The column with the texts. Defaults to `"text"` where no image column is named.
        image: The column with paths of pictures, in place of `text`.
        label: The column with the labels. Defaults to `"label"`.
        split: The column that says train, validation or test.
        group: For tables the column, for folders the regular expression, that says which
            examples belong together; see `kerastl.data.csv` and `kerastl.data.image_folder`.
        encoding: How a CSV file's characters are written. Defaults to `"utf-8"`.
        separator: What is between two cells of a CSV file.
        validation_split: The share to hold out for validation, in [0, 1). Where it is 0 and
            the data names no validation part, a fifth of the training part is held out.
        test_split: The share to hold out for testing, in [0, 1). Defaults to 0.
        seed: Chooses the split. Defaults to 0.
        on_error: Whether unreadable pictures are an error or left out. Defaults to `"raise"`.

    Raises:
        ValueError: If the shares leave nothing to train on.
    """

    path: Path
    text: str | None = None
    image: str | None = None
    label: str | None = None
    split: str | None = None
    group: str | None = None
    encoding: str | None = None
    separator: str | None = None
    validation_split: float = 0.0
    test_split: float = 0.0
    seed: int = 0
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self) -> None:
        from kerastl.data.splitting import check_fractions

        check_fractions(self.validation_split, self.test_split)

    @property
    def task(self) -> str:
        """What is most probably to be learned."""
        if self.path.is_dir() or self.image is not None:
            return "image_classification"
        return "token_classification" if self._is_conll else "text_classification"

    def at(self, path: Path) -> DataSection:
        """Return the same way of reading for other examples, which keep their own parts."""
        if path.resolve() == self.path.resolve():
            return self
        if path.is_dir() != self.path.is_dir():
            return DataSection(path)
        return replace(self, path=path, group=None, validation_split=0.0, test_split=0.0)

    def read(self) -> Dataset:
        """Read the data.

        Raises:
            FileNotFoundError: If nothing is at the path.
            ValueError: If a setting does not fit the data, or the data can't be used.
        """
        from kerastl import data

        if not self.path.exists():
            raise FileNotFoundError(
                f"There is no such file or folder of data. Received: {str(self.path)!r}"
            )
        given: dict[str, Any] = {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if getattr(self, each.name) is not None
        }
        if self.path.is_dir():
            self._refuse("A folder of pictures", given, (*_OF_TABLES, "encoding"))
            return data.image_folder(**given)
        if self._is_conll:
            self._refuse("A CoNLL file", given, (*_OF_TABLES, "group"))
            del given["on_error"]
            return data.conll(given.pop("path"), **given)
        if self.image is None:
            given.setdefault("text", "text")
        given.setdefault("label", "label")
        return data.csv(**given)

    @property
    def _is_conll(self) -> bool:
        return self.path.suffix.lower() in _CONLL_ENDINGS

    def _refuse(self, kind: str, given: dict[str, Any], names: tuple[str, ...]) -> None:
        for name in names:
            if name in given:
                raise ValueError(
                    f"{kind} has no {name}: that is for CSV and Parquet files. "
                    f"Received: {name}={given[name]!r} with {str(self.path)!r}"
                )

    def read_for_training(self, seed: int) -> Dataset:
        """Read the data with the validation part that training with this seed has.

        Raises:
            ValueError: As `read`; or if groups are given and nothing says how much to hold out.
        """
        from kerastl.data.holdout import with_validation

        dataset = self.read()
        if dataset.validation is None and self.group is not None:
            raise ValueError(
                "Examples that belong together must not be divided: say how much to hold out "
                f"with validation_split. Received: group={self.group!r}, validation_split=0"
            )
        return with_validation(dataset, seed=seed)
