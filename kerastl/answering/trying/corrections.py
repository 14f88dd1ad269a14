"""Corrected examples in the layout of training data."""

from __future__ import annotations

import csv
import hashlib
import io
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from kerastl.basics.files.regular_file import read_regular_text
from kerastl.basics.files.staging import whole_file
from kerastl.basics.printable import printable
from kerastl.data.images.opening import open_image
from kerastl.data.reading.files import is_hidden
from kerastl.data.splits.splitting import PART_NAMES

COLUMNS = ["text", "label"]
_ENDINGS = {
    "JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "BMP": ".bmp", "GIF": ".gif", "WEBP": ".webp",
    "TIFF": ".tif",
}  # fmt: skip
_FORBIDDEN = frozenset('/\\:*?"<>|')
# Names of devices on Windows, with every ending.
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10)))
)
_LONGEST = 200  # bytes of the name of a folder


class Corrections(Protocol):
    """A place for corrected examples.

    Attributes:
        path: The folder or the file.
    """

    path: Path

    def add(self, content: bytes, label: str) -> Path:
        """Add one example, completely or not at all.

        A later correction of the same example replaces the earlier one.

        Args:
            content: The bytes of an image file, or a text in UTF-8.
            label: Its class.

        Returns:
            The file that was written.

        Raises:
            ValueError: If the class is not known, or cannot be the name of a folder.
            OSError: If the file cannot be written.
        """
        ...


class ImageCorrections:
    """A folder with one folder of images for each class, as `kerastl.data.image_folder` reads it.

    Args:
        path: The folder, made with the first correction.
        labels: The classes.

    Raises:
        NotADirectoryError: If the path is a file.
    """

    def __init__(self, path: Path, labels: Sequence[str]) -> None:
        if path.exists() and not path.is_dir():
            raise NotADirectoryError(
                f"Corrected images need a folder: pass another one. Received: {str(path)!r}"
            )
        self.path = path
        self._labels = tuple(labels)
        self._lock = threading.Lock()

    def add(self, content: bytes, label: str) -> Path:
        """Write the image under a name made of its content; see `Corrections.add`."""
        _check_known(label, self._labels)
        _check_folder_name(label)
        with open_image(io.BytesIO(content)) as image:
            ending = _ENDINGS.get(image.format or "")
        name = hashlib.sha256(content).hexdigest()[:20]
        if ending is None:
            # Readers of folders find images by their endings.
            content, ending = _as_png(content), ".png"
        with self._lock:
            written = self.path / label / f"{name}{ending}"
            with whole_file(written) as temporary:
                temporary.write_bytes(content)
            for other in self._labels:
                if other != label and _is_folder_name(other):
                    (self.path / other / written.name).unlink(missing_ok=True)
        return written


class TextCorrections:
    """A CSV file with the columns `text` and `label`, as `kerastl.data.csv` reads it.

    Args:
        path: The file, made with the first correction.
        labels: The classes.

    Raises:
        ValueError: If the file exists and has other columns, or its name has another ending.
        OSError: If it cannot be read.
    """

    def __init__(self, path: Path, labels: Sequence[str]) -> None:
        if path.suffix.lower() != ".csv" or path.is_dir():
            raise ValueError(
                "Corrected texts need a file whose name ends in .csv: pass another one. "
                f"Received: {str(path)!r}"
            )
        self.path = path
        self._labels = tuple(labels)
        self._lock = threading.Lock()
        self._rows()

    def add(self, content: bytes, label: str) -> Path:
        """Write the table again with one more row; see `Corrections.add`."""
        _check_known(label, self._labels)
        text = content.decode("utf-8")
        with self._lock:
            rows = [row for row in self._rows() if row[0] != text]
            with (
                whole_file(self.path) as temporary,
                open(temporary, "w", encoding="utf-8", newline="") as file,
            ):
                csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows, [text, label]])
        return self.path

    def _rows(self) -> list[list[str]]:
        if not self.path.exists():
            return []
        found = io.StringIO(read_regular_text(self.path).removeprefix("\ufeff"), newline="")
        rows = list(csv.reader(found))
        if rows and (rows[0] != COLUMNS or any(len(row) != 2 for row in rows)):
            raise ValueError(
                "A table of corrected texts has the columns text and label, and no others: pass "
                f"another file. Received: the columns {', '.join(rows[0])} in {str(self.path)!r}"
            )
        return rows[1:]


def _check_known(label: str, labels: Sequence[str]) -> None:
    if label not in labels:
        raise ValueError(f"The model has no such class. Received: {printable(label)!r}")


def _is_folder_name(label: str) -> bool:
    """Return whether a class name is the name of a folder, which readers take for a class."""
    return (
        label == label.strip().rstrip(".")
        and label.isprintable()
        and not _FORBIDDEN & set(label)
        and not is_hidden(label)
        and label.lower().partition(".")[0] not in _DEVICES
        and label.lower() not in PART_NAMES
        and 0 < len(label.encode("utf-8", "replace")) <= _LONGEST
    )


def _check_folder_name(label: str) -> None:
    if not _is_folder_name(label):
        raise ValueError(
            "This class cannot be the name of a folder of corrected images: rename it in the "
            f"training data. Received: {printable(label)!r}"
        )


def _as_png(content: bytes) -> bytes:
    from kerastl.data.images.pillow_decoding import decode_with_pillow, encode_lossless

    return encode_lossless(decode_with_pillow(content, "the image", None), None)
