"""Pages are short and read easily."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("[a-z]*.md"), ROOT / "README.md"])
MOST_WORDS = 1500
MOST_WORDS_IN_A_SENTENCE = 22
# A page of results that a script writes: an explanation of every task stands with its tables.
LONG = {"adaptation.md"}
# Metaphors and old words that were in these docs once.
AVOIDED = ("heed", "anew", "whoever", "of which", "shall", "on the ground of")


def prose(page):
    """Return a page's text without code, tables, headings and addresses of links."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(("|", "#"))]
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", "\n".join(lines))
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def sentences(text):
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", text):
        joined = " ".join(paragraph.split())
        for sentence in re.split(r"(?<=[.!?:;])\s+(?=[A-Z`*\[(])", joined):
            if len(sentence.split()) > 2:
                yield sentence


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_short_and_its_sentences_are(page):
    text = prose(page)
    if page.name not in LONG:
        assert len(text.split()) <= MOST_WORDS
    lengths = [len(sentence.split()) for sentence in sentences(text)]
    assert sum(lengths) / max(1, len(lengths)) <= MOST_WORDS_IN_A_SENTENCE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_avoided_word_is_used(page):
    words = prose(page).lower()
    assert [each for each in AVOIDED if re.search(rf"\b{each}\b", words)] == []


def test_readme_is_one_screen_and_a_half():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 120
