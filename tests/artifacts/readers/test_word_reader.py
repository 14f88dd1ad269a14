import numpy as np
import pytest

from kerastl.artifacts.saved_model.write import write_saved_model
from tests.contracts.entities_under_test import entity_case

TEXTS = ["ada  curie\tsaw Oslo.", "", "é " * 40 + "rome"]


@pytest.fixture(scope="module")
def recipe():
    case = entity_case()
    made = case.make()
    made.sequence_length = 16
    made.build(case.data.class_names)
    return made


def test_every_score_has_its_place_in_the_text(recipe):
    import tensorflow as tf

    reader = recipe.exportable().reader
    places = {name: each.numpy() for name, each in reader.places(tf.constant(TEXTS)).items()}
    known = places["start"][0] >= 0
    words = zip(places["start"][0, known], places["end"][0, known], strict=True)
    assert [TEXTS[0][a:b] for a, b in words] == ["ada", "curie", "saw", "Oslo", "."]
    assert (places["start"][1] == -1).all()
    mask = reader.read(tf.constant(TEXTS))["padding_mask"].numpy()
    assert (mask[places["start"] >= 0] == 1).all()


@pytest.mark.slow
def test_a_served_model_takes_strings_and_says_where_tags_are(recipe, tmp_path):
    import tensorflow as tf

    write_saved_model(recipe.exportable(), tmp_path / "1")
    served = tf.saved_model.load(str(tmp_path / "1")).signatures["serving_default"]
    answer = {name: each.numpy() for name, each in served(text=tf.constant(TEXTS)).items()}
    assert answer["scores"].shape == (3, 16, 5)
    tags = np.array(recipe.class_names)[answer["scores"].argmax(axis=-1)]
    assert (answer["tag"].astype(str) == tags).all()
    assert answer["tags"][0].astype(str).tolist() == list(recipe.class_names)
    first = answer["start"] == TEXTS[0].index("Oslo")
    assert first[0].sum() == 1
    assert answer["end"][0][first[0]] == TEXTS[0].index(".")


def test_the_contract_says_how_words_are_read(recipe):
    told = recipe.exportable().reader.describe()
    assert told["sequence_length"] == 16
    assert told["scores_of_a_word"] == "those of its first token"
