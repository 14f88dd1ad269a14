import numpy as np
import pytest

import kerastl as ktl
from tests.contracts.recipes_under_test import NEGATIVE, POSITIVE, tiny_bert


def recipe(**options):
    words = [*POSITIVE, *NEGATIVE, "a", "film"]
    return ktl.FewShotTextClassification(
        tiny_bert(words), max_steps=20, learning_rate=3e-3, **options
    )


def few(each=2):
    texts = [f"a {words[i]} film" for i in range(each) for words in (NEGATIVE, POSITIVE)]
    return ktl.data.arrays(texts, ["bad", "good"] * each)


@pytest.mark.slow
@pytest.mark.both_backends
def test_one_example_of_each_class_is_enough_and_nothing_is_held_out():
    trained = recipe()
    history = trained.fit(few(1), verbose=0)
    assert set(history.history) == {"contrastive_loss", "accuracy", "loss"}
    assert history.history["accuracy"] == [1.0]
    assert [phase["trains"] for phase in history.phases][1] == "head"
    assert trained.feature_stages == trained.backbone.stage_names[-1:]


@pytest.mark.slow
def test_tuning_lowers_the_contrastive_loss_and_a_seed_repeats_it():
    runs = []
    for _ in range(2):
        trained = recipe()
        losses = trained.fit(few(6), seed=3, verbose=0).history["contrastive_loss"]
        assert losses[-1] < losses[0]
        runs.append(losses[-1])
    assert runs[0] == pytest.approx(runs[1], rel=1e-3)


@pytest.mark.slow
def test_a_validation_split_is_measured():
    data = few(6)
    judged = ktl.data.Dataset(data.train.subset(range(8)), data.train.subset(range(8, 12)))
    history = recipe().fit(judged, verbose=0)
    assert {"val_accuracy", "val_loss"} < set(history.history)


def test_misuse_says_what_to_do():
    data = few()
    one = ktl.data.Dataset(data.train.subset(np.flatnonzero(data.train.labels == 0)))
    with pytest.raises(ValueError, match="none of good"):
        recipe().fit(one, verbose=0)
    with pytest.raises(ValueError, match="`epochs`"):
        ktl.FewShotTextClassification(tiny_bert(["a"]), epochs=0)
