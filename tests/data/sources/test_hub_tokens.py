import datasets
import pytest

from kerastl.data.sources.hub import huggingface

NAMES = ["O", "B-person", "I-person"]


def table(rows, names=NAMES):
    kind = datasets.ClassLabel(names=names) if names else datasets.Value("string")
    features = datasets.Features(
        {"tokens": datasets.Sequence(datasets.Value("string")), "ner": datasets.Sequence(kind)}
    )
    words, tags = zip(*rows, strict=True)
    return datasets.Dataset.from_dict({"tokens": words, "ner": tags}, features=features)


def test_tokens_and_tags_are_read_and_empty_rows_left_out():
    parts = datasets.DatasetDict(
        train=table([(["Ada", "King"], [1, 2]), ([], []), (["New York", "x"], [0, 0])]),
        test=table([(["Ada"], [1])]),
        extra=table([(["Ada"], [1])]),
    )
    data = huggingface(parts, tokens="tokens", label="ner")
    assert data.train.inputs == ["Ada King", "New York x"]
    assert data.train.tags(0) == ["B-person", "I-person"]
    assert len(data.train.words[1]) == 2
    assert data.test.inputs == ["Ada"]
    assert [name for name, _ in data.skipped] == ["train row 1", "extra"]


def test_tags_may_be_strings_of_any_scheme():
    rows = table([(["Ada", "King"], ["I-person", "I-person"]), (["x"], ["O"])], names=None)
    assert huggingface(rows, tokens="tokens", label="ner").train.tags(0) == NAMES[1:]


@pytest.mark.parametrize(
    ("rows", "names", "message"),
    [
        ([(["Ada"], ["person"])], None, "'person' for word 0 of train row 0"),
        ([(["Ada", "x"], ["O"])], None, "2 words and 1 tags in train row 0"),
        ([(["Ada", " "], ["O", "O"])], None, "no empty word"),
    ],
)
def test_a_bad_row_is_named(rows, names, message):
    with pytest.raises(ValueError, match=message):
        huggingface(table(rows, names), tokens="tokens", label="ner")


def test_what_does_not_go_with_tokens_is_refused():
    rows = table([(["Ada"], [1])])
    with pytest.raises(ValueError, match="exactly one of `text`, `image` and `tokens`"):
        huggingface(rows, tokens="tokens", text="tokens", label="ner")
    with pytest.raises(ValueError, match="leave `group` out"):
        huggingface(rows, tokens="tokens", label="ner", group="ner")
    with pytest.raises(ValueError, match="ner_tags"):
        huggingface(rows, tokens="tokens", label="ner_tags")


def test_damaged_rows_are_left_out_and_listed():
    rows = {"t": [["Ada"], ["In", "Rome"], ["x"]], "n": [["B-p"], ["O"], ["what"]]}
    data = huggingface(datasets.Dataset.from_dict(rows), tokens="t", label="n", on_error="skip")
    assert data.train.inputs == ["Ada"]
    assert [name for name, _ in data.skipped] == ["train row 1", "train row 2"]
