"""Read token classification data of the Hugging Face `datasets` package."""

from collections.abc import Mapping
from typing import Any

from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.corrections import Corrections
from kerastl.data.assembly.tags import TaggedTexts, assemble_tagged
from kerastl.data.images.inspection import OnError
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.splitting import PART_NAMES
from kerastl.data.texts.bio import to_bio


def read_hub_tokens(
    tables: Mapping[str, Any],
    parts_known: bool,
    tokens: str,
    label: str,
    validation_split: float,
    test_split: float,
    seed: int,
    on_error: OnError,
    corrections: Corrections | None = None,
) -> Dataset:
    """Read tables with a list of words and a list of tags in every row.

    Args:
        tables: `datasets.Dataset`s by the name of their split.
        parts_known: Whether the names are those of training, validation and test splits.
        tokens: The column with the words.
        label: The column with the tags: strings, or integers of a `ClassLabel`.
        validation_split: Fraction to hold out for validation.
        test_split: Fraction to hold out for testing.
        seed: Seed of the split.
        on_error: `"raise"` an error for a damaged row, or `"skip"` such rows.
        corrections: What to change in the tags after the split. Defaults to None.

    Returns:
        The data set. Rows without words and skipped rows are listed in `Dataset.skipped`.

    Raises:
        ValueError: If a column does not exist, a row has another number of tags than words, or a
            tag has no known prefix.
    """
    read, parts, titles, unknown = TaggedTexts(), [], [], []
    for name, table in tables.items():
        part = PART_NAMES.get(name.lower())
        if part is None:
            unknown.append((name, "split with another name"))
            continue
        for column in (tokens, label):
            if column not in table.column_names:
                raise unknown_name("column", column, table.column_names)
        tag_names = _tag_names(table.features[label])
        rows = zip(table[tokens][:], table[label][:], strict=True)
        for number, (words, tags) in enumerate(rows):
            title = f"{name} row {number}"
            if not words:
                read.skipped.append((title, "no words"))
                continue
            try:
                read.append_words(*_tagged(words, tags, tag_names, title))
            except ValueError as error:
                if on_error == "raise":
                    raise
                read.skipped.append((title, str(error)))
                continue
            parts.append(part)
            titles.append(title)
    read.skipped += unknown
    read.parts = parts if parts_known else None
    read.title = titles.__getitem__
    read.corrections = corrections
    return assemble_tagged(read, validation_split, test_split, seed)


def _tagged(
    words: list[Any], tags: list[Any] | None, tag_names: list[str] | None, title: str
) -> tuple[list[str], list[str]]:
    """Return the words and the BIO tags of a row, or raise an error for a damaged row."""
    if tags is None or len(words) != len(tags) or not all(str(word).strip() for word in words):
        raise ValueError(
            "Every row must have one tag for each word, and no empty word. "
            f"Received: {len(words)} words and {len(tags or ())} tags in {title}"
        )
    for tag in tags:
        if tag is None or (tag_names is not None and not 0 <= tag < len(tag_names)):
            raise ValueError(f"A tag is missing or unknown. Received: {tag!r} in {title}")
    named = [str(tag) if tag_names is None else tag_names[tag] for tag in tags]
    return [str(word) for word in words], to_bio(named, f"word {{}} of {title}".format)


def _tag_names(feature: Any) -> list[str] | None:
    # The feature of a list is a Sequence or a List, depending on the version of datasets.
    names = getattr(getattr(feature, "feature", None), "names", None)
    return None if names is None else list(names)
