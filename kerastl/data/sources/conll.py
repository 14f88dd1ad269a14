"""Read named entities from CoNLL files, with one word and its tag on each line."""

import os
from collections.abc import Iterator
from pathlib import Path

from kerastl.data.assembly.tags import TaggedTexts, assemble_tagged
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
    read = TaggedTexts(parts=[])
    begins: list[str] = []
    for part, file in (("train", train), ("validation", validation), ("test", test)):
        if file is None:
            continue
        before = len(read.texts)
        for line, words, tags in _sentences(Path(file), encoding):
            read.append_words(words, tags)
            begins.append(f"{Path(file).name} line {line}")
        if len(read.texts) == before:
            raise ValueError(f"The file has no sentences. Received: {os.fspath(file)!r}")
        assert read.parts is not None
        read.parts += [part] * (len(read.texts) - before)
    read.title = begins.__getitem__
    return assemble_tagged(read, validation_split, test_split, seed)


def _sentences(path: Path, encoding: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield the first line, the words and the BIO tags of each sentence."""
    rows: list[tuple[int, str, str]] = []
    for number, line in enumerate([*_lines(path, encoding), ""], start=1):
        columns = line.split("\t") if "\t" in line else line.split(" ")
        columns = [column for each in columns if (column := each.strip())]
        if columns and columns[0] == _DOCUMENT:
            continue
        if columns:
            if columns[0].startswith("#") and not rows and not is_tag(columns[-1]):
                continue
            if len(columns) < 2:
                raise ValueError(
                    "A line must have a word and its tag, separated by a tab or a space. An empty "
                    f"line ends a sentence. Received: {line!r} in {path.name} line {number}"
                )
            rows.append((number, columns[0], columns[-1]))
        elif rows:
            numbers = [row[0] for row in rows]

            def title(position: int, numbers: list[int] = numbers) -> str:
                return f"{path.name} line {numbers[position]}"

            yield numbers[0], [row[1] for row in rows], to_bio([row[2] for row in rows], title)
            rows = []


def _lines(path: Path, encoding: str) -> list[str]:
    if not path.is_file():
        raise ValueError(f"There is no such file. Received: {os.fspath(path)!r}")
    codec = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    try:
        content = path.read_bytes().decode(codec)
    except LookupError:
        raise ValueError(f"Unknown encoding. Received: encoding={encoding!r}") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ValueError(
            f"The file is not encoded in {codec} (line {line}): pass its encoding, such as "
            f'`encoding="cp1252"` or `"latin-1"`. Received: {os.fspath(path)!r}'
        ) from None
    # `str.splitlines` would also split at other Unicode line breaks, which words may contain.
    return content.replace("\r\n", "\n").split("\n")
