"""A folder whose subfolders are classes of images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from kerastl.cli.run_file.data.section import DataSection

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Modality


@dataclass(frozen=True)
class ImageFolder(DataSection):
    """A folder with one folder of images for each class, or with splits that are such folders.

    Args:
        group: A regular expression that finds the group of an image in its path; see
            `kerastl.data.image_folder`.
        on_error: `"raise"` stops at unreadable images, `"skip"` leaves them out. Defaults to
            `"raise"`.
        pixel_range: Values of black and white in images that store numbers; see
            `kerastl.data.arrays`.
        corrections: A CSV file with corrected labels, as `kerastl inspect` writes it.
        more: A folder or a table with more training images; see `kerastl.data.with_more`.
    """

    kind: ClassVar[str] = "A folder of images"
    reader: ClassVar[str] = "image_folder"

    group: str | None = None
    on_error: Literal["raise", "skip"] = "raise"
    pixel_range: tuple[float, float] | None = None
    corrections: Path | None = None
    more: Path | None = None

    @property
    def modality(self) -> Modality:
        """Images."""
        return "image"

    def _read(self, given: dict[str, Any]) -> Dataset:
        from kerastl.data.sources.folder import image_folder
        from kerastl.data.sources.more_examples import with_more

        more = given.pop("more", None)
        data = image_folder(self.path, **given)
        return data if more is None else with_more(data, more)
