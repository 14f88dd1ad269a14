"""Open a member of a zip archive for reading at any place."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import IO

# Of a member's own header, which ends with its name and extra fields.
_HEADER = 30


class _Part(io.RawIOBase):
    """A part of an open file, read as a file of its own."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = (0, self._position, self._size)[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._file.seek(self._start + self._position)
        count = max(0, min(len(buffer), self._size - self._position))
        content = self._file.read(count)
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)

    def close(self) -> None:
        self._file.close()
        super().close()


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> io.IOBase:
    """Open a member of an archive.

    A member that is stored without compression is read in place: `zipfile` reads all bytes
    before a place again whenever a reader goes back.

    Args:
        archive: The open archive.
        member: The member.
        path: The archive's file.

    Returns:
        A file in binary mode.
    """
    if member.compress_type != zipfile.ZIP_STORED:
        return io.BytesIO(archive.read(member))
    file = path.open("rb")
    file.seek(member.header_offset)
    header = file.read(_HEADER)
    sizes = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = member.header_offset + _HEADER + sizes
    return io.BufferedReader(_Part(file, start, member.file_size))
