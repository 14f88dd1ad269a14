"""Read texts or images from a table file."""

import codecs
import csv as reading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.examples import Examples, assemble, take_images
from kerastl.data.images.inspection import OnError
from kerastl.data.images.pixel_range import check_no_range
from kerastl.data.sources.spool import Spool
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.splitting import PART_NAMES

_LONGEST_CELL = 2**31 - 1


def csv(
    path: str | Path,
    *,
    text: str | None = None,
    image: str | None = None,
    label: str,
    group: str | None = None,
    split: str | None = None,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    encoding: str = "utf-8",
    separator: str | None = None,
    on_error: OnError = "raise",
    pixel_range: tuple[float, float] | None = None,
) -> Dataset:
    """Read texts or images from a CSV, TSV or Parquet file with a header.

    Args:
        path: The file. `.parquet` and `.pq` files are read as Parquet.
        text: The column with the texts. Pass either `text` or `image`.
        image: The column with paths of images, relative to the table's folder. In Parquet it may
            also have the bytes of image files.
        label: The column with the labels.
        group: The column with the group of each example, such as a person. A group is never
            divided. Defaults to None.
        split: The column with the split of each example: `train`, `validation` or `test`. Defaults
            to None.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        encoding: Character encoding of a CSV or TSV file. Defaults to `"utf-8"`.
        separator: The character between two cells. Defaults to a tab for `.tsv`, else a comma.
        on_error: `"raise"` an error if images are unreadable, or `"skip"` them and list them in
            `Dataset.skipped`. Defaults to `"raise"`.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.

    Returns:
        The data set.

    Raises:
        ValueError: If the file, a column, a character, a text or a label cannot be read. The error
            names the place.

    Example:
    ```python
    data = kerastl.data.csv("reviews.csv", text="review", label="sentiment", test_split=0.2)
    ```
    """
    examples, table = read_table(
        Path(path), [label], text, image, group, split, encoding, separator, on_error, pixel_range
    )
    examples.labels = table[label]
    return assemble(examples, validation_split, test_split, seed)


def read_table(
    path: Path,
    labels: Sequence[str],
    text: str | None,
    image: str | None,
    group: str | None,
    split: str | None,
    encoding: str,
    separator: str | None,
    on_error: OnError,
    pixel_range: tuple[float, float] | None,
) -> tuple[Examples, dict[str, Any]]:
    """Read examples and their label columns from a table file.

    Args:
        path: As for `csv`.
        labels: The columns with the labels or targets.
        text: As for `csv`.
        image: As for `csv`.
        group: As for `csv`.
        split: As for `csv`.
        encoding: As for `csv`.
        separator: As for `csv`.
        on_error: As for `csv`.
        pixel_range: As for `csv`.

    Returns:
        The examples, whose `labels` are row numbers, and the cells of each column of `labels` in
        the same order.

    Raises:
        ValueError: As for `csv`.
    """
    if (text is None) == (image is None):
        raise ValueError(
            "Pass the column of the inputs as either `text` or `image`. "
            f"Received: text={text!r}, image={image!r}"
        )
    if text is not None:
        check_no_range(pixel_range)
    inputs = text or image
    columns = [name for name in (inputs, *labels, group, split) if name is not None]
    table, lines = _read(path, columns, encoding, separator, image)
    values = table[str(inputs)]
    examples = Examples(
        "text" if text else "image",
        [],
        range(len(values)),
        parts=None if split is None else [_part(value) for value in table[split]],
        groups=None if group is None else table[group],
        name=lambda i: f"{path.name} line {lines[i]}" if lines else f"{path.name} row {i}",
    )
    if text:
        examples.inputs = ["" if value is None else value for value in values]
    else:
        if isinstance(values, list):
            values = [str(path.parent / value) for value in values]
        take_images(examples, values, on_error, pixel_range)
    return examples, {name: [table[name][row] for row in examples.labels] for name in labels}


def read_column(path: Path, column: str) -> list[str]:
    """Read one column of a table file as strings.

    Args:
        path: A CSV, TSV or Parquet file with a header.
        column: The name of the column.

    Returns:
        One string for each row. A missing value is an empty string.

    Raises:
        ValueError: If the file or the column cannot be read.
    """
    table, _ = _read(path, [column], "utf-8", None, None)
    return ["" if value is None else str(value) for value in table[column]]


def _read(
    path: Path, columns: list[str], encoding: str, separator: str | None, image: str | None
) -> tuple[dict[str, Any], list[int] | None]:
    if not path.is_file():
        raise ValueError(f"There is no such file. Received: {str(path)!r}")
    if path.suffix.lower() in (".parquet", ".pq"):
        return _read_parquet(path, columns, image), None
    separator = separator or ("\t" if path.suffix.lower() == ".tsv" else ",")
    return _read_csv(path, columns, encoding, separator)


def _read_csv(
    path: Path, columns: list[str], encoding: str, separator: str
) -> tuple[dict[str, list[Any]], list[int]]:
    """Return the cells of some columns, and the line of each row in the file."""
    # With plain UTF-8, a byte-order mark would become part of the first column's name.
    codec = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    table: dict[str, list[Any]] = {name: [] for name in columns}
    lines: list[int] = []
    former_limit = reading.field_size_limit(_LONGEST_CELL)
    try:
        with open(path, encoding=codec, newline="") as file:
            rows = reading.reader(file, delimiter=separator, strict=True)
            header = next(rows, None)
            if header is None:
                raise ValueError(f"The file is empty. Received: {str(path)!r}")
            _check_columns(path, columns, header)
            positions = [(table[name], header.index(name)) for name in columns]
            for row in rows:
                if len(row) != len(header):
                    if not row:
                        continue
                    raise ValueError(
                        f"Line {rows.line_num} has {len(row)} cells, but the header has "
                        f"{len(header)}: put quotation marks around a cell that contains "
                        f"{separator!r}. Received: {str(path)!r}"
                    )
                for cells, position in positions:
                    cells.append(row[position])
                lines.append(rows.line_num)
    except UnicodeDecodeError:
        raise _undecodable(path, codec) from None
    except LookupError:
        raise ValueError(f"Unknown encoding. Received: encoding={encoding!r}") from None
    except reading.Error as error:
        raise ValueError(
            f"Line {rows.line_num}: {error}. Double a quotation mark inside a quoted cell. "
            f"Received: {str(path)!r}"
        ) from error
    finally:
        reading.field_size_limit(former_limit)
    return table, lines


def _undecodable(path: Path, encoding: str) -> ValueError:
    """Return the error for the first byte that the encoding does not allow."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = position = 0
    with open(path, "rb") as file:
        for line in file:
            try:
                decoder.decode(line)
            except UnicodeDecodeError as error:
                position += max(error.start, 0)
                lines += 1
                break
            position += len(line)
            lines += 1
    return ValueError(
        f"The file is not encoded in {encoding}: byte {position} (line {lines}) is invalid. Pass "
        f'its encoding, such as `encoding="cp1252"` or `"latin-1"`. Received: {str(path)!r}'
    )


def _read_parquet(path: Path, columns: list[str], image: str | None) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            _check_columns(path, columns, list(file.schema_arrow.names))
            table: dict[str, Any] = {name: [] for name in columns}
            for batch in file.iter_batches(batch_size=256, columns=columns):
                for name in columns:
                    table[name] += batch.column(name).to_pylist() if name != image else []
                if image is not None:
                    table[image] = _spooled(table[image], batch.column(image).to_pylist())
    except pa.ArrowInvalid as error:
        raise ValueError(f"The file is not Parquet: {error}. Received: {str(path)!r}") from error
    return table


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


def _check_columns(path: Path, columns: Iterable[str], known: list[str]) -> None:
    for name in columns:
        if name not in known:
            raise ValueError(f"{unknown_name('column', name, known)} in {str(path)!r}")


def _part(value: Any) -> str:
    name = str(value).strip().lower()
    if name not in PART_NAMES:
        raise unknown_name("split in the split column", value, PART_NAMES)
    return PART_NAMES[name]
