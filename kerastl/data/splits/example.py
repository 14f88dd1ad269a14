"""One example of a split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kerastl.basics.printable import printable
from kerastl.data.images.encoded_images import Images
from kerastl.data.images.thumbnails import data_address, small_image
from kerastl.seeing.notebook.markup import card, long_text, note, page_part


@dataclass(frozen=True, eq=False)
class Example:
    """One input of a split and its label, which a notebook shows.

    Attributes:
        index: Position in the split.
        name: Path of an image, else kind and position.
        input: A text, the path or the bytes of an image, or its pixels.
        label: A class, a tuple of labels, numbers by target, `(type, start, end)` of entities, or
            `(class, box)` of objects; None if it is not known.
        images: The images of the split; None for texts.

    Example:

    >>> import kerastl
    >>> data = kerastl.data.arrays(["good", "bad"] * 4, ["yes", "no"] * 4)
    >>> data.train[0].label
    'yes'
    """

    index: int
    name: str
    input: Any
    label: Any
    images: Images | None = None

    def thumbnail(self, side: int = 168) -> Any:
        """Return the image as a small Pillow image; None for a text, or if it cannot be read.

        Args:
            side: Longer side in pixels. Defaults to 168.
        """
        return None if self.images is None else small_image(self.images, self.index, side)

    def html(self) -> str:
        """Return the example as a part of a page, without a title."""
        label = "no label" if self.label is None else shown_label(self.label)
        if self.images is None:
            return note(long_text(self.input), [label])
        image = self.thumbnail()
        address = None if image is None else data_address(image)
        # Of a path, the last parts tell files apart.
        name = "/".join(self.name.split("/")[-2:])
        return card(address, [label, name], alt=f"{name}: {label}")

    def _repr_html_(self) -> str:
        return page_part(self.name, self.html())

    def __repr__(self) -> str:
        what = self.input if self.images is None else self.name
        what = what if len(what) <= 60 else f"{what[:59]}…"
        return f"<Example {self.index}: {printable(repr(what))}, {shown_label(self.label)}>"


def shown_label(label: Any) -> str:
    """Return a label as one line of text."""
    if isinstance(label, dict):
        return printable(", ".join(f"{name} {number:.4g}" for name, number in label.items()))
    if isinstance(label, tuple | list):
        parts = [each if isinstance(each, str) else str(each[0]) for each in label]
        return printable(", ".join(parts)) or "nothing"
    return printable(str(label))
