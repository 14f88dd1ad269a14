"""Images whose folders are their classes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from kerastl.cli.run_file.data.section import DataSection

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset


@dataclass(frozen=True)
class ImageFolder(DataSection):
    """A folder with one folder of images a class, or with parts that are such folders.

    Args:
        group: The regular expression that says which images belong together; see
            `kerastl.data.image_folder`.
        on_error: Whether unreadable images are an error or left out. Defaults to `"raise"`.
    """

    kind: ClassVar[str] = "A folder of images"

    group: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    @property
    def task(self) -> str:
        """One class an image."""
        return "image_classification"

    def _read(self, given: dict[str, Any]) -> "Dataset":
        from kerastl import data

        return data.image_folder(self.path, **given)
