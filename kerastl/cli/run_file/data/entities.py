"""Words with tags: a CoNLL file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from kerastl.cli.run_file.data.section import DataSection

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Modality


@dataclass(frozen=True)
class TaggedWords(DataSection):
    """A CoNLL file with one word and its tag on each line; see `kerastl.data.conll`.

    Args:
        validation: A file with the validation split, in place of a share.
        test: A file with the test split, in place of a share.
        encoding: Character encoding of the files. Defaults to `"utf-8"`.
        on_error: `"raise"` stops at a damaged sentence, `"skip"` leaves it out. Defaults to
            `"raise"`.
        corrections: A CSV file with corrected entities, as `kerastl inspect` writes it.
    """

    kind: ClassVar[str] = "A CoNLL file"
    reader: ClassVar[str] = "conll"

    validation: Path | None = None
    test: Path | None = None
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"
    corrections: Path | None = None

    @property
    def modality(self) -> Modality:
        """Texts."""
        return "text"

    def _read(self, given: dict[str, Any]) -> Dataset:
        from kerastl.data.sources.conll import conll

        return conll(self.path, **given)
