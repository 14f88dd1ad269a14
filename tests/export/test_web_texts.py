"""The page tokenizes texts as the Python reader does, so that its model sees the same ids."""

import json
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest

from kerastl.answering.inputs.text_inputs import TextInputs, WordInputs
from kerastl.answering.inputs.word_pieces import WordPieces, _fold
from tests.export.test_python_receiver import TEXTS

READER = Path(__file__).with_name("read_texts.mjs")
DESCRIPTION = {
    "kind": "text", "tokenizer": "BertTokenizer", "sequence_length": 32, "start": 101, "end": 102,
    "pad": 0, "lowercase": True, "strip_accents": False, "split_on_cjk": True, "kept_at_start": 20,
    "kept_at_end": 10,
}  # fmt: skip
MIXED = [
    *TEXTS, "ΌΣΟΣ ΣΑΣ ẞ ß ŉ ǰ", "ᏣᎳᎩ ꮳꮃꭹ", "ıİ I i", "word " * 3000, "é" * 9000, "🎬" * 3000,
    "𠀀𝔘𝔫𝔦 👩‍👩‍👧 🇫🇷", "東京タワーで10%オフ！", "ǅ ﬃ Ⅷ ㎏ ½", "x\u0301\u0323 y", "नमस्ते दुनिया",
    "สวัสดีชาวโลก", "שלום עולם مرحبا", "a\u2028b\u3000c\u00a0d\u1680e", "€5 ±3 → ∞", "unaffable" * 40,
]  # fmt: skip


@pytest.fixture(scope="module")
def read():
    """Prepare texts as the page does, in Node.js."""
    if shutil.which("node") is None:
        pytest.skip("install Node.js")

    def read(vocabulary, description, texts, points=()):
        given = {"vocabulary": vocabulary, "description": description, "texts": texts}
        done = subprocess.run(
            ["node", str(READER)], input=json.dumps({**given, "points": list(points)}),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return read


@pytest.fixture(scope="module")
def vocabulary(minilm):
    return (minilm / "vocab.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def real(shared):
    """Sentences of films and messages, some of the latter with emoji and accents."""
    films = (shared / "text/rt_polarity/rt-polarity.pos").read_text("latin-1").splitlines()[:300]
    blocks = (shared / "text/wnut17/emerging.test.annotated").read_text("utf-8").split("\n\n")
    messages = [
        " ".join(line.split("\t")[0] for line in block.splitlines() if line.strip())
        for block in blocks[:300]
    ]
    return [*films, *messages]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"lowercase": False},
        {"strip_accents": True},
        {"split_on_cjk": False},
        {"kept_at_start": 30, "kept_at_end": 0},
    ],
    ids=str,
)
def test_ids_are_those_of_the_python_reader(read, vocabulary, real, changes):
    description = DESCRIPTION | changes
    texts = [*MIXED, *real]
    inputs = TextInputs(WordPieces(vocabulary.removesuffix("\n").split("\n"), description))
    found = read(vocabulary, {"task": "text_classification", "preprocessing": description}, texts)
    for text, answer in zip(texts, found["prepared"], strict=True):
        (feed,), (expected,) = answer["feeds"], inputs.read(text).feeds
        for name, values in expected.items():
            assert feed[name] == values[0].tolist(), repr(text)


def test_words_and_windows_are_those_of_the_python_reader(read, vocabulary, real):
    texts = [*MIXED, *real, " ".join(real)]
    inputs = WordInputs(WordPieces(vocabulary.removesuffix("\n").split("\n"), DESCRIPTION))
    described = {"task": "token_classification", "preprocessing": DESCRIPTION}
    found = read(vocabulary, described, texts)["prepared"]
    for text, answer in zip(texts, found, strict=True):
        expected = inputs.read(text)
        _, offsets, windows = expected.context
        assert answer["offsets"] == offsets.tolist(), repr(text)
        places = [[[word, tokens.start] for word, tokens in window] for window in windows]
        assert answer["words"] == places
        for feed, values in zip(answer["feeds"], expected.feeds, strict=True):
            assert feed["token_ids"] == values["token_ids"][0].tolist()
            assert feed["padding_mask"] == values["padding_mask"][0].tolist()
    assert len(found[-1]["feeds"]) > 100


def test_case_is_folded_as_python_folds_it(read, vocabulary):
    points = [
        point
        for point in range(1, 0x110000)
        # Python may know of fewer characters than the browser.
        if unicodedata.category(chr(point)) not in ("Cn", "Cs", "Co")
    ]
    described = {"task": "text_classification", "preprocessing": DESCRIPTION}
    found = read(vocabulary, described, [], points)["folded"]
    differing = [
        chr(point) for point, each in zip(points, found, strict=True) if each != _fold(chr(point))
    ]
    assert differing == []
