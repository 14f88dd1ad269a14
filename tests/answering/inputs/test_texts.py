import keras_hub
import pytest
import tensorflow as tf

from kerastl.answering.inputs.word_offsets import word_offsets
from kerastl.answering.inputs.word_pieces import WordPieces
from kerastl.artifacts.readers.text_reader import TextReader
from kerastl.backbones.hub.packing import TokenPacker
from kerastl.backbones.hub.word_packing import WordPacker
from kerastl.data.texts.words import word_places

TEXTS = [
    "A fine film.", "", "\0", "a\0b", "  spaces\tand\nlines ", "don't (really): $5!", "naïve café",
    "Ça va?", "e\u0301", "Straße", "ﬁne", "İstanbul", "A\u00a0B", "\u200bzero", "¼", "东京 and 京",
    "한국어", "Ελλάδα ΟΔΟΣ", "❤\ufe0f good 🎬", "[CLS] x [SEP] [MASK]", "a" * 100, "a" * 101,
    "é" * 60, "word " * 300, "unaffable", "##ly", "a\x0bb\x85c", "é" * 9000, "東" * 9000,
    " " * 9000 + "late", "x\u3000y\u2028z", "1,000.5€ +=<>", "𠀀𠀁 𝒳", "\u0301start",
]  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary(minilm):
    return (minilm / "vocab.txt").read_text(encoding="utf-8").splitlines()


def reader_of(vocabulary, lowercase=True, strip_accents=True, truncation="head"):
    tokenizer = keras_hub.models.BertTokenizer(
        vocabulary, lowercase=lowercase, strip_accents=strip_accents
    )
    return TextReader(TokenPacker.of(tokenizer), 24, truncation)


@pytest.fixture(scope="module")
def sentences(shared):
    """Real sentences: film reviews, and messages with names, marks and emoji."""
    reviews = (shared / "text/rt_polarity/rt-polarity.neg").read_bytes().decode("latin-1")
    words, messages = [], []
    for path in sorted((shared / "text/wnut17").glob("*")):
        for line in path.read_text(encoding="utf-8", errors="ignore").splitlines():
            if line.strip():
                words.append(line.split("\t")[0])
            elif words:
                messages.append(" ".join(words))
                words = []
    return [*reviews.split("\n")[:300], *messages[:400]]


@pytest.mark.parametrize("truncation", ["head", "tail", "head_tail"])
@pytest.mark.parametrize(("lowercase", "strip_accents"), [(True, True), (False, False)])
def test_texts_become_the_tokens_of_training(vocabulary, lowercase, strip_accents, truncation):
    reader = reader_of(vocabulary, lowercase, strip_accents, truncation)
    expected = reader.read(tf.constant(TEXTS))["token_ids"].numpy()
    pieces = WordPieces(vocabulary, reader.describe())
    for text, ids in zip(TEXTS, expected.tolist(), strict=True):
        packed = pieces.packed(text)
        assert packed + [pieces.pad] * (24 - len(packed)) == ids, repr(text)


def test_real_sentences_become_the_tokens_of_training(vocabulary, sentences):
    reader = reader_of(vocabulary)
    expected = reader.read(tf.constant(sentences))["token_ids"].numpy()
    pieces = WordPieces(vocabulary, reader.describe())
    wrong = [
        text
        for text, ids in zip(sentences, expected.tolist(), strict=True)
        if (packed := pieces.packed(text)) + [pieces.pad] * (24 - len(packed)) != ids
    ]
    assert len(sentences) == 700
    assert wrong == []


def test_words_are_those_of_training(vocabulary, sentences):
    texts = [*TEXTS, *sentences]
    reader = reader_of(vocabulary)
    pieces = WordPieces(vocabulary, reader.describe())
    tokenized = WordPacker(reader.packer).words(texts)
    for text, places, expected in zip(texts, word_places(texts), tokenized, strict=True):
        found = word_offsets(text)
        assert found == list(map(tuple, places.tolist())), repr(text)
        tokens = [pieces.tokens(text[start : min(end, start + 256)]) for start, end in found]
        assert tokens == expected.tokens, repr(text)
