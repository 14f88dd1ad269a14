"""Words with tags."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from kerastl.cli.run_file.data.section import DataSection

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset


@dataclass(frozen=True)
class TaggedWords(DataSection):
    """A CoNLL file: a word and its tag a line; see `kerastl.data.conll`.

    Args:
        validation: A file to make choices on, in place of a share.
        test: A file for the final figure, in place of a share.
        encoding: How characters are written. Defaults to `"utf-8"`.
    """

    kind: ClassVar[str] = "A CoNLL file"

    validation: Path | None = None
    test: Path | None = None
    encoding: str | None = None

    @property
    def task(self) -> str:
        """A tag a word."""
        return "token_classification"

    def _read(self, given: dict[str, Any]) -> "Dataset":
        from kerastl import data

        return data.conll(self.path, **given)
