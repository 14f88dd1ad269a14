"""Read columns of a CSV, TSV or Parquet file."""

import csv
import io
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from kerastl.basics.files.damaged import ExplainedError, reading
from kerastl.basics.files.regular_file import check_regular, open_regular
from kerastl.basics.suggest import unknown_name
from kerastl.data.images.inspection import OnError
from kerastl.data.reading.encoding import check_encoding, codec_of, undecodable
from kerastl.data.reading.spool import Spool
from kerastl.data.reading.stored_values import stored_values

_PARQUET = (".parquet", ".pq")
TABLE_ENDINGS = (".csv", ".tsv", *_PARQUET)
"""Endings of the names of tables."""

_LONGEST_CELL = 2**31 - 1
_SEPARATORS = (",", ";", "\t", "|")
# Parquet repeats a value for almost nothing. Inputs differ, so that a table of examples holds
# no such number of rows or bytes for its size.
_ROWS = 1_000_000, 16
_BYTES = 100_000_000, 100


def read_columns(
    path: Path,
    columns: Iterable[str],
    encoding: str,
    separator: str | None,
    image: str | None,
    on_error: OnError,
    skipped: list[tuple[str, str]],
) -> tuple[dict[str, Any], list[int] | None]:
    """Read the cells of some columns.

    Args:
        path: A CSV, TSV or Parquet file with a header.
        columns: The names of the columns. A name may be repeated.
        encoding: Character encoding of a CSV or TSV file.
        separator: The character between two cells. None is a comma (in `.tsv` a tab), or `;`, tab
            or `|` if the header has the columns only with it.
        image: The column with images, or None. In Parquet its cells may be bytes, which are
            then in a `Spool`.
        on_error: `"raise"` an error for a row with too many or too few cells, or `"skip"` it.
        skipped: The list that skipped rows are appended to, as `(name, reason)`.

    Returns:
        The cells by column; and the line of each row in a CSV or TSV file, else None.

    Raises:
        ValueError: If the file, a column or a character cannot be read, or an option is not valid.
    """
    # A column can have two roles, such as label and group.
    wanted = list(dict.fromkeys(columns))
    check_encoding(encoding)
    separator = _checked_separator(separator)
    check_regular(path)
    if not path.is_file():
        raise ValueError(f"There is no such file. Received: {str(path)!r}")
    if path.suffix.lower() in _PARQUET:
        return _read_parquet(path, wanted, image), None
    return _read_csv(path, wanted, encoding, separator, None if on_error == "raise" else skipped)


def _checked_separator(separator: str | None) -> str | None:
    # A shell passes "\t" as a backslash and a t.
    given = "\t" if separator in ("\\t", "tab") else separator
    if given is None or (isinstance(given, str) and len(given) == 1 and given not in '"\r\n'):
        return given
    raise ValueError(
        '`separator` must be one character, such as ";" or "\\t" for a tab. '
        f"Received: separator={separator!r}"
    )


def _read_csv(
    path: Path,
    columns: list[str],
    encoding: str,
    separator: str | None,
    skipped: list[tuple[str, str]] | None,
) -> tuple[dict[str, list[Any]], list[int]]:
    """Return the cells of some columns, and the line of each row in the file."""
    # With plain UTF-8, a byte-order mark would become part of the first column's name.
    codec = codec_of(encoding)
    table: dict[str, list[Any]] = {name: [] for name in columns}
    lines: list[int] = []
    former_limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        with io.TextIOWrapper(open_regular(path), encoding=codec, newline="") as file:
            separator = separator or _separator_of(path, columns, file.readline())
            file.seek(0)
            rows = csv.reader(file, delimiter=separator, strict=True)
            header = next(rows, None)
            if header is None:
                raise ValueError(f"The file is empty. Received: {str(path)!r}")
            _check_columns(path, columns, header, separator)
            positions = [(table[name], header.index(name)) for name in columns]
            for row in rows:
                if len(row) != len(header):
                    if not row:
                        continue
                    cells = f"{len(row)} cells, but the header has {len(header)}"
                    if skipped is not None:
                        skipped.append((f"{path.name} line {rows.line_num}", cells))
                        continue
                    raise ValueError(
                        f"Line {rows.line_num} has {cells}: put quotation marks around a cell "
                        f'that contains {separator!r}, or pass `on_error="skip"` to leave such '
                        f"lines out. Received: {str(path)!r}"
                    )
                for column, position in positions:
                    column.append(row[position])
                lines.append(rows.line_num)
    except UnicodeError:
        raise undecodable(path, codec) from None
    except csv.Error as error:
        raise ValueError(
            f"Line {rows.line_num}: {error}. Double a quotation mark inside a quoted cell. "
            f"Received: {str(path)!r}"
        ) from error
    finally:
        csv.field_size_limit(former_limit)
    return table, lines


def _read_parquet(path: Path, columns: list[str], image: str | None) -> dict[str, Any]:
    import pyarrow.parquet as pq

    with (
        reading(path, what="it cannot be read as Parquet"),
        pq.ParquetFile(path, page_checksum_verification=True) as file,
    ):
        _check_declared(path, file.metadata)
        _check_columns(path, columns, list(file.schema_arrow.names))
        table: dict[str, Any] = {name: [] for name in columns}
        for batch in file.iter_batches(batch_size=256, columns=columns):
            first = len(table[columns[0]])
            for name in columns:
                if name != image:
                    table[name] += _cells(batch.column(name), name, path, first)
            if image is not None:
                table[image] = _spooled(table[image], batch.column(image).to_pylist())
    return table


def _check_declared(path: Path, metadata: Any) -> None:
    """Check that a Parquet file does not unpack to far more than it holds."""
    stored = path.stat().st_size
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    rows = max(metadata.num_rows, sum(group.num_rows for group in groups))
    unpacked = sum(group.total_byte_size for group in groups)
    for declared, (always, ratio), what in ((rows, _ROWS, "rows"), (unpacked, _BYTES, "bytes")):
        if declared > always + ratio * stored:
            raise ExplainedError(
                f"The file declares far more {what} than it can hold, and is not read. "
                f"Received: {declared:,} {what} in {stored:,} bytes of {str(path)!r}"
            )


def _cells(column: Any, name: str, path: Path, first: int) -> list[Any]:
    """Return the cells of a column, whose first row has this number in the file."""
    return stored_values(
        column.to_pylist,
        lambda row: column[row].as_py(),
        name,
        lambda row: f"{path.name} row {first + row}",
    )


def _spooled(held: list[str] | Spool, values: list[Any]) -> list[str] | Spool:
    """Append images: paths to a list, contents of files to a spool."""
    # Hugging Face writes an image as {"bytes": ..., "path": ...}.
    values = [(v.get("bytes") or v.get("path")) if isinstance(v, dict) else v for v in values]
    if not len(held) and any(isinstance(v, bytes) for v in values):
        held = Spool()
    missing: Any = b"" if isinstance(held, Spool) else ""
    for value in values:
        held.append(value or missing)
    return held


def _separator_of(path: Path, columns: list[str], line: str) -> str:
    """Return the character that separates the cells of a header with some columns."""
    usual = "\t" if path.suffix.lower() == ".tsv" else ","
    for each in (usual, *_SEPARATORS):
        # The first line is not the whole header if a quoted cell contains a line break.
        with suppress(csv.Error):
            if set(columns) <= set(next(csv.reader([line], delimiter=each), ())):
                return each
    return usual


def _check_columns(
    path: Path, columns: Iterable[str], known: list[str], separator: str | None = None
) -> None:
    for name in columns:
        if name not in known:
            if separator and len(known) == 1 and any(each in known[0] for each in _SEPARATORS):
                raise ExplainedError(
                    f"The header has no {separator!r} and no column {name!r}: pass the character "
                    f"between two cells as `separator`. Received: {known[0][:60]!r} in "
                    f"{str(path)!r}"
                )
            raise ExplainedError(f"{unknown_name('column', name, known)} in {str(path)!r}")
        if known.count(name) > 1:
            raise ExplainedError(
                "Two columns have this name: rename one of them. "
                f"Received: {name!r} in {str(path)!r}"
            )
