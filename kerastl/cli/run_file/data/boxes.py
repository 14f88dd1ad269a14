"""Images with boxes around objects: a COCO file or a Pascal VOC folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from kerastl.cli.run_file.data.section import DataSection

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Modality


@dataclass(frozen=True)
class BoxedImages(DataSection):
    """Images with boxes.

    Args:
        on_error: `"raise"` stops at unreadable images and damaged boxes, `"skip"` leaves them
            out. Defaults to `"raise"`.
        pixel_range: Values of black and white in images that store numbers; see
            `kerastl.data.arrays`.
        corrections: A CSV file with corrected boxes, as `kerastl inspect` writes it.
    """

    on_error: Literal["raise", "skip"] = "raise"
    pixel_range: tuple[float, float] | None = None
    corrections: Path | None = None

    @property
    def modality(self) -> Modality:
        """Images."""
        return "image"


@dataclass(frozen=True)
class CocoFile(BoxedImages):
    """A JSON file in the COCO format; see `kerastl.data.coco`.

    Args:
        images: The folder of the images. Defaults to the folder of the file.
        validation: A file with the validation split, in place of a share.
        test: A file with the test split, in place of a share.
    """

    kind: ClassVar[str] = "A COCO file"
    reader: ClassVar[str] = "coco"

    images: Path | None = None
    validation: Path | None = None
    test: Path | None = None

    def _read(self, given: dict[str, Any]) -> Dataset:
        from kerastl.data.sources.coco import coco

        return coco(self.path, given.pop("images", self.path.parent), **given)


@dataclass(frozen=True)
class VocFolder(BoxedImages):
    """A folder in the Pascal VOC format; see `kerastl.data.pascal_voc`.

    Args:
        difficult: Whether boxes marked as difficult count like the others. Defaults to False.
    """

    kind: ClassVar[str] = "A Pascal VOC folder"
    reader: ClassVar[str] = "pascal_voc"

    difficult: bool = False

    def _read(self, given: dict[str, Any]) -> Dataset:
        from kerastl.data.sources.pascal_voc import pascal_voc

        return pascal_voc(self.path, **given)
