import pytest

from kerastl.data.sources.conll import conll

WNUT = "Ada\tB-person\nLovelace\tI-person\nspoke\tO\n\t\n\nIn\tO\nLondon\tB-place\n"
CONLL2003 = (
    "-DOCSTART- -X- O O\n\n# id 7\nAda NNP I-NP I-person\nLovelace NNP I-NP I-person\n"
    "spoke VBD I-VP O\n\nIn IN I-PP O\nLondon NNP I-NP I-place\n"
)


@pytest.fixture
def write(tmp_path):
    def written(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.mark.parametrize("content", [WNUT, CONLL2003, WNUT.replace("\n", "\r\n")])
def test_words_and_tags_are_read(write, content):
    train = conll(write("a.conll", content)).train
    assert train.inputs == ["Ada Lovelace spoke", "In London"]
    assert [train.tags(i) for i in range(2)] == [["B-person", "I-person", "O"], ["O", "B-place"]]
    assert [train.inputs[0][a:b] for a, b in train.words[0]] == ["Ada", "Lovelace", "spoke"]
    assert train.class_names == ("O", "B-person", "I-person", "B-place", "I-place")


def test_a_hash_with_a_tag_is_a_word(write):
    content = "#\tO\n#ada\tB-person\n\n#end\tO\n"
    assert conll(write("a.conll", content)).train.inputs == ["# #ada", "#end"]


def test_a_word_may_contain_a_unicode_line_break(write):
    train = conll(write("a.conll", "a\x85b\tB-x\n\N{LINE SEPARATOR}c\tO\n")).train
    assert [len(each) for each in train.words] == [2]


def test_sentences_are_divided(write):
    content = "".join(f"word{i}\tB-{'ab'[i % 2]}\n\n" for i in range(40))
    path = write("a.conll", content)
    data = conll(path, validation_split=0.25, test_split=0.25, seed=1)
    counts = [split.class_counts() for split in data.splits.values()]
    assert counts == [{"a": 10, "b": 10}, {"a": 5, "b": 5}, {"a": 5, "b": 5}]
    other = conll(path, validation_split=0.25, test_split=0.25, seed=2)
    assert other.test.inputs != data.test.inputs
    again = conll(path, validation_split=0.25, test_split=0.25, seed=1)
    assert again.test.inputs == data.test.inputs


def test_a_sentence_in_two_parts_is_noted(write):
    path = write("a.conll", WNUT)
    assert "test split also in training: 2" in conll(path, test=path).notes[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Ada\tO\nLovelace\tperson\n", r"'person' for bad.conll line 2"),
        ("Ada\tB-person\n\nLovelace\n", r"'Lovelace' in bad.conll line 3"),
        ("Ada\tO\n\nspoke\tO\n", r"every tag of the training texts is O.*bad.conll line 1"),
        ("\n\n", "The file has no sentences"),
        ("Ada\tB-Person\n\nMarie\tB-person\n", "differ only in upper and lower case"),
        (b"Ada\tB-person\nM\xfcller\tI-person\n", r"line 2.*latin-1"),
    ],
)
def test_a_bad_file_is_named_with_its_line(write, content, message):
    with pytest.raises(ValueError, match=f"(?s){message}"):
        conll(write("bad.conll", content))


def test_a_missing_file_and_encoding_are_named(write, tmp_path):
    with pytest.raises(ValueError, match=r"no such file.*none.conll"):
        conll(tmp_path / "none.conll")
    with pytest.raises(ValueError, match="encoding='klingon'"):
        conll(write("a.conll", WNUT), encoding="klingon")


def test_a_type_that_training_never_saw_is_named(write):
    test = write("test.conll", "x\tO\n\nRome\tB-city\n")
    with pytest.raises(ValueError, match=r"(?s)Training has 'person'.*'city' in test.conll line 3"):
        conll(write("a.conll", WNUT), test=test)


def test_a_split_that_exists_is_not_held_out_again(write):
    path = write("a.conll", WNUT)
    with pytest.raises(ValueError, match=r"already has a test split.*test_split=0.2"):
        conll(path, test=path, test_split=0.2)


def test_one_sentence_cannot_be_divided(write):
    with pytest.raises(ValueError, match="One text cannot be divided"):
        conll(write("a.conll", "Ada\tB-person\n"), test_split=0.5)


def test_damaged_sentences_are_left_out_and_listed(write):
    content = "Ada\tB-person\n\nLove\tB-person\nlace\n\nIn\tO\nRome\tcity\n\nMarie\tB-person\n"
    path = write("a.conll", content)
    with pytest.raises(
        ValueError, match=r"(?s)on_error=\"skip\".*Received: 'lace' in a.conll line 4"
    ):
        conll(path)
    data = conll(path, test=path, on_error="skip")
    assert data.train.inputs == data.test.inputs == ["Ada", "Marie"]
    assert [name for name, _ in data.skipped] == ["a.conll line 3", "a.conll line 6"] * 2
    assert "'lace' in a.conll line 4" in data.skipped[0][1]
    assert "'city' for a.conll line 7" in data.skipped[1][1]
    with pytest.raises(ValueError, match="no sentences, all are damaged"):
        conll(write("b.conll", "Ada\n"), on_error="skip")
