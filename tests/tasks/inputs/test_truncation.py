"""The truncation of a text recipe, from `fit` to every file and program that reads its model."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

import kerastl as ktl
from kerastl.artifacts import TextReader
from kerastl.artifacts.metadata.contents import make_files, reads_as_bert
from kerastl.backbones import TokenPacker
from kerastl.backbones.hub.truncation import TRUNCATIONS
from tests.contracts.recipes_under_test import film_words, films, tiny_bert
from tests.contracts.small_presets import small_tokenizer

PROGRAM = Path(__file__).resolve().parents[3] / "export" / "python" / "classify.py"
LENGTH = 9
LONG = ["a great film " * 3 + "dull poor", "awful " * 5 + "a lovely film", "", "a fine film"]


def data(copies=1):
    texts, labels = films()
    texts = [" ".join([text] * (copies if i % 4 == 0 else 1)) for i, text in enumerate(texts)]
    return ktl.data.arrays(texts, labels, validation_split=0.2, seed=0)


def recipe(truncation=None, length=LENGTH):
    return ktl.TextClassification(
        tiny_bert(film_words()), sequence_length=length, truncation=truncation
    )


def logged(caplog):
    return [each.getMessage() for each in caplog.records if each.name == "kerastl"]


@pytest.fixture(scope="module")
def trained():
    made = recipe("head_tail")
    made.fit(data(copies=3), "feature_extraction", verbose=0)
    return made


@pytest.fixture
def with_truncation(trained):
    """The trained recipe with another truncation, which is set back."""

    def change(truncation):
        trained.truncation = truncation
        return trained

    yield change
    trained.truncation = "head_tail"


def test_fit_says_how_many_texts_are_cut_and_what_is_read(capsys):
    split = data(copies=3)
    made = recipe("head_tail")
    made.fit(split, "feature_extraction", verbose=2)
    cut = int((made.packer.lengths(split.train.inputs) > LENGTH).sum())
    assert 0 < cut < len(split.train)
    said = (
        f"{cut} of {len(split.train)} training texts do not fit into 9 tokens: the model reads "
        "the first 1 and the last 6 tokens of each\n"
    )
    assert said in capsys.readouterr().out
    assert made.notes == (said.strip(),)


def test_fit_is_silent_about_texts_that_fit(capsys):
    made = recipe(length=16)
    made.prepare(data().train)
    assert made.notes == ()
    assert made.truncation == "head"


def test_predict_and_evaluate_log_it_once(trained, caplog, tmp_path):
    loaded = ktl.load(trained.save(tmp_path / "saved"))
    loaded.predict(["a fine film"])
    assert not logged(caplog)
    loaded.predict(LONG)
    loaded.evaluate(data(copies=3).validation)
    (message,) = logged(caplog)
    assert message.startswith("2 of 4 texts do not fit into 9 tokens: the model reads the first 1")


def test_a_saved_recipe_keeps_it(trained, tmp_path):
    loaded = ktl.load(trained.save(tmp_path / "saved"))
    assert loaded.truncation == "head_tail"
    first, again = (each.predict(LONG) for each in (trained, loaded))
    assert [each.probabilities for each in first] == [each.probabilities for each in again]


def test_a_recipe_saved_before_there_was_a_choice_reads_the_beginning(trained, tmp_path):
    folder = trained.save(tmp_path / "saved")
    described = json.loads((folder / "recipe.json").read_text("utf-8"))
    del described["config"]["truncation"]
    (folder / "recipe.json").write_text(json.dumps(described), "utf-8")
    packed = ktl.load(folder).packed(LONG)
    np.testing.assert_array_equal(packed["token_ids"], trained.packer(LONG, LENGTH)["token_ids"])


@pytest.mark.parametrize("truncation", TRUNCATIONS)
def test_python_saved_model_and_receiver_read_the_same_tokens(with_truncation, truncation):
    exportable = with_truncation(truncation).exportable()
    expected = {
        name: each.numpy() for name, each in with_truncation(truncation).packed(LONG).items()
    }
    graph = tf.function(exportable.reader.read)(tf.constant(LONG))
    spec = importlib.util.spec_from_file_location("classify", PROGRAM)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    files = make_files(exportable)
    described = json.loads(files["kerastl.json"])["preprocessing"]
    assert described["truncation"] == truncation
    words = files["vocabulary.txt"].decode().splitlines()
    ids = {piece: number for number, piece in enumerate(words)}
    received = [program.read_text(text, described, ids) for text in LONG]
    for name, values in expected.items():
        np.testing.assert_array_equal(graph[name], values)
        np.testing.assert_array_equal(np.concatenate([row[name] for row in received]), values)


@pytest.mark.slow
@pytest.mark.parametrize("truncation", TRUNCATIONS)
def test_a_served_model_answers_as_the_recipe(with_truncation, truncation, tmp_path):
    from kerastl.artifacts.saved_model.write import write_saved_model

    made = with_truncation(truncation)
    write_saved_model(made.exportable(), tmp_path / "1")
    served = tf.saved_model.load(str(tmp_path / "1")).signatures["serving_default"]
    scores = served(text=tf.constant(LONG))["scores"].numpy()
    expected = [list(each.probabilities.values()) for each in made.predict(LONG)]
    np.testing.assert_allclose(scores, expected, atol=1e-5)


@pytest.mark.parametrize("truncation", TRUNCATIONS)
def test_only_a_file_that_reads_the_beginning_is_for_mediapipe(trained, truncation):
    # MediaPipe's own tokenizer keeps the first tokens of a long text.
    reader = TextReader(TokenPacker.of(small_tokenizer("bert")), LENGTH, truncation)
    exportable = replace(trained.exportable(), reader=reader)
    assert reads_as_bert(exportable) == (truncation == "head")


@pytest.mark.parametrize("truncation", TRUNCATIONS)
def test_an_embedding_reads_the_tokens_of_its_recipe(with_truncation, truncation, caplog):
    made = with_truncation(truncation)
    embedding = ktl.Embedding.of(made)
    assert embedding.truncation == truncation
    vectors = embedding.embed(LONG)
    assert len(logged(caplog)) == 1
    packed = {name: np.asarray(each) for name, each in made.packed(LONG).items()}
    np.testing.assert_allclose(vectors, embedding.model.predict_on_batch(packed), atol=1e-5)


def test_what_is_cut_decides_the_answer(with_truncation):
    """A long text whose ends differ is answered by the end that is read."""
    text = "awful dull poor terrible boring grim " * 2 + "lovely great fine superb charming bright"
    ends = [with_truncation(each).predict(text)[0].probabilities for each in ("head", "tail")]
    assert ends[0] != ends[1]
