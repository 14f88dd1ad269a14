"""Images with boxes around objects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from kerastl.cli.run_file.data.section import DataSection

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset


@dataclass(frozen=True)
class BoxedImages(DataSection):
    """Images with boxes.

    Args:
        on_error: Whether unreadable images and damaged boxes are an error or left out.
            Defaults to `"raise"`.
    """

    on_error: Literal["raise", "skip"] = "raise"

    @property
    def task(self) -> str:
        """Objects in images."""
        return "object_detection"


@dataclass(frozen=True)
class CocoFile(BoxedImages):
    """A JSON file in the form of COCO; see `kerastl.data.coco`.

    Args:
        images: The folder of the images. Defaults to the one that the file lies in.
        validation: A file to make choices on, in place of a share.
        test: A file for the final figure, in place of a share.
    """

    kind: ClassVar[str] = "A COCO file"

    images: Path | None = None
    validation: Path | None = None
    test: Path | None = None

    def _read(self, given: dict[str, Any]) -> Dataset:
        from kerastl import data

        return data.coco(self.path, given.pop("images", self.path.parent), **given)


@dataclass(frozen=True)
class VocFolder(BoxedImages):
    """A folder as Pascal VOC has it; see `kerastl.data.pascal_voc`.

    Args:
        difficult: Whether boxes marked as difficult count like the others. Defaults to False.
    """

    kind: ClassVar[str] = "A Pascal VOC folder"

    difficult: bool = False

    def _read(self, given: dict[str, Any]) -> Dataset:
        from kerastl import data

        return data.pascal_voc(self.path, **given)
