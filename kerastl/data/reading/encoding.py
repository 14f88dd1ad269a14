"""Check the character encoding of text files, and name the byte that it does not allow."""

import codecs
from pathlib import Path
from typing import Any, BinaryIO

from kerastl.basics.files.damaged import ExplainedError
from kerastl.basics.files.regular_file import check_regular, open_regular, read_regular

_NO_TEXT = {
    b"PK": "an Excel workbook or a zip archive: save or unpack it as a text file",
    b"\x1f\x8b": "compressed with gzip: decompress it",
}


def check_encoding(encoding: Any) -> None:
    """Check that a character encoding exists.

    Raises:
        ValueError: If there is no such encoding of texts.
    """
    try:
        "".encode(encoding)
    except (LookupError, TypeError, ValueError):
        raise ValueError(
            f'Unknown encoding: pass one such as "utf-8" or "cp1252". Received: {encoding=}'
        ) from None


def read_text(path: Path, encoding: str | None = None) -> str:
    """Read a whole text file; a byte-order mark of UTF-8 is left out.

    Args:
        path: The file.
        encoding: The `encoding` option of the caller. None, the default, is UTF-8 for a caller
            without such an option.

    Returns:
        The text, with its line breaks.

    Raises:
        ValueError: If there is no such file or encoding, the file is not a regular file, or a byte
            is not valid.
    """
    if encoding is not None:
        check_encoding(encoding)
    check_regular(path)
    if not path.is_file():
        raise ExplainedError(f"There is no such file. Received: {str(path)!r}")
    codec = codec_of(encoding or "utf-8")
    try:
        return read_regular(path).decode(codec)
    except UnicodeError:
        raise undecodable(path, codec, has_option=encoding is not None) from None


def codec_of(encoding: str) -> str:
    """Return the codec for an encoding; that for UTF-8 leaves out a byte-order mark."""
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


def undecodable(path: Path, encoding: str, *, has_option: bool = True) -> ValueError:
    """Return the error for the first byte that the encoding does not allow.

    Args:
        path: The file.
        encoding: The encoding that cannot decode the file.
        has_option: Whether the caller has an `encoding` option. Defaults to True.

    Returns:
        An error with the position, the line and a way out.
    """
    with open_regular(path) as file:
        start = file.read(2)
        if start in _NO_TEXT:
            return ExplainedError(f"The file is {_NO_TEXT[start]}. Received: {str(path)!r}")
        position, line = _first_invalid(file, encoding)
    wide = start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    other = '`encoding="utf-16"`' if wide else '`encoding="cp1252"` or `"latin-1"`'
    way_out = f"Pass its encoding, such as {other}" if has_option else "Convert it to UTF-8"
    return ExplainedError(
        f"The file is not encoded in {encoding.removesuffix('-sig')}: byte {position} (line "
        f"{line}) is invalid. {way_out}. Received: {str(path)!r}"
    )


def _first_invalid(file: BinaryIO, encoding: str) -> tuple[int, int]:
    """Return the position and the line, from 1, of the first byte that is invalid."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = position = 0
    for line in file:
        lines += 1
        try:
            decoder.decode(line)
        except UnicodeError as error:
            position += max(getattr(error, "start", 0), 0)
            break
        position += len(line)
    return position, lines
