"""Read named entities from CoNLL files, with one word and its tag on each line."""

import os
from collections.abc import Iterator
from pathlib import Path

from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.assembly.tags import TaggedTexts, assemble_tagged
from kerastl.data.images.inspection import OnError, check_on_error
from kerastl.data.reading.encoding import read_text
from kerastl.data.splits.dataset import Dataset
from kerastl.data.texts.bio import is_tag, to_bio

_DOCUMENT = "-DOCSTART-"


def conll(
    train: str | os.PathLike[str],
    validation: str | os.PathLike[str] | None = None,
    test: str | os.PathLike[str] | None = None,
    *,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    encoding: str = "utf-8",
    on_error: OnError = "raise",
    corrections: str | os.PathLike[str] | None = None,
) -> Dataset:
    """Read named entities from files in the format of the CoNLL shared tasks.

    The first column of a line is a word, and the last column is its tag. Other columns, as in
    CoNLL-2003, are ignored. Columns are separated by tabs, or by spaces if a line has no tab. An
    empty line ends a sentence. `-DOCSTART-` lines and comments before a sentence (`# …` without a
    tag) are ignored. Tags may be BIO, IOB1, BIOES, BILOU or BMES, and are converted to BIO.

    The text of a sentence is its words with single spaces between them. Held-out splits consist of
    whole sentences, stratified by entity type.

    Args:
        train: The training file.
        validation: The validation file. Defaults to None.
        test: The test file. Defaults to None.
        validation_split: Fraction of the training file to hold out for validation. Defaults to 0.
        test_split: Fraction of the training file to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        encoding: Character encoding of the files. Defaults to `"utf-8"`.
        on_error: `"raise"` an error that names the first damaged line, or `"skip"` the sentences
            with damaged lines and list them in `Dataset.skipped`. Defaults to `"raise"`.
        corrections: As for `kerastl.data.image_folder`. Defaults to None.

    Returns:
        The data set. Its splits are `kerastl.data.TaggedSplit`s.

    Raises:
        ValueError: If a file does not exist or does not have this format, a tag has no known
            prefix, or a held-out file has an entity type that the training file does not have. The
            error names file and line.

    Example:

    ```python
    data = kerastl.data.conll("train.conll", test_split=0.2)
    print(data)
    ```
    """
    check_on_error(on_error)
    read = TaggedTexts(parts=[])
    begins: list[str] = []
    for part, file in (("train", train), ("validation", validation), ("test", test)):
        if file is None:
            continue
        path = Path(file)
        before, skipped = len(read.texts), len(read.skipped)
        for rows in _sentences(path, encoding):
            title = f"{path.name} line {rows[0][0]}"
            try:
                words, tags = _words_and_tags(rows, path.name)
            except ValueError as error:
                if on_error == "raise":
                    raise ValueError(_with_advice(error)) from None
                read.skipped.append((title, str(error)))
                continue
            read.append_words(words, tags)
            begins.append(title)
        if len(read.texts) == before:
            damaged = ", all are damaged" if len(read.skipped) > skipped else ""
            raise ValueError(f"The file has no sentences{damaged}. Received: {os.fspath(file)!r}")
        assert read.parts is not None
        read.parts += [part] * (len(read.texts) - before)
    read.title = begins.__getitem__
    read.corrections = read_corrections(corrections)
    return assemble_tagged(read, validation_split, test_split, seed)


def _sentences(path: Path, encoding: str) -> Iterator[list[tuple[int, str, list[str]]]]:
    """Yield the rows of each sentence: the number of a line, the line, and its columns."""
    rows: list[tuple[int, str, list[str]]] = []
    # `str.splitlines` would also split at other Unicode line breaks, which words may contain.
    lines = read_text(path, encoding).replace("\r\n", "\n").split("\n")
    for number, line in enumerate([*lines, ""], start=1):
        columns = line.split("\t") if "\t" in line else line.split(" ")
        columns = [column for each in columns if (column := each.strip())]
        if columns and columns[0] == _DOCUMENT:
            continue
        if columns:
            if columns[0].startswith("#") and not rows and not is_tag(columns[-1]):
                continue
            rows.append((number, line, columns))
        elif rows:
            yield rows
            rows = []


def _words_and_tags(
    rows: list[tuple[int, str, list[str]]], name: str
) -> tuple[list[str], list[str]]:
    """Return the words and the BIO tags of a sentence, or raise an error for a damaged line."""
    for number, line, columns in rows:
        if len(columns) < 2:
            raise ValueError(
                "A line must have a word and its tag, separated by a tab or a space. An empty "
                f"line ends a sentence. Received: {line!r} in {name} line {number}"
            )
    tags = to_bio([row[2][-1] for row in rows], lambda i: f"{name} line {rows[i][0]}")
    return [row[2][0] for row in rows], tags


def _with_advice(error: ValueError) -> str:
    text, mark, received = str(error).partition(" Received: ")
    return f'{text} Pass `on_error="skip"` to leave such sentences out.{mark}{received}'
