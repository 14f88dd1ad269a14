import shutil

import numpy as np
import pytest

import kerastl as ktl
from kerastl.cli.main import main
from tests.contracts.recipes_under_test import case, films
from tests.recipe.concluding.test_refit import recipe, whole
from tests.training import tiny

PROBE = [ktl.Phase("head", linear_probe=True)]


def noisy(count, seed):
    """Return other images of the classes of `whole`."""
    images, _ = tiny.images(count, seed=seed)
    noise = np.random.default_rng(seed).normal(0, 70, (count, 1, 1, 3))
    return np.clip(images + noise, 0, 255).astype("uint8")


@pytest.fixture(scope="module")
def fitted():
    made = recipe()
    made.fit(whole(), PROBE, verbose=0)
    return made


@pytest.mark.both_backends
def test_a_held_out_split_is_scored_without_itself(fitted):
    # Cross-fitted: every labelled example chose the threshold, those of both splits.
    assert len(fitted.unknown_rule.known) == 60
    noise = np.random.default_rng(0).integers(0, 256, (40, tiny.SIZE, tiny.SIZE, 3), np.uint8)
    strange = fitted.predict(list(noise), allow_unknown=True)
    assert np.mean([each.is_unknown for each in strange]) > 0.9
    known = fitted.predict(list(noisy(200, seed=5)), allow_unknown=True)
    assert np.mean([each.is_unknown for each in known]) < 0.3


def test_a_rate_and_unknown_examples_choose_again(fitted):
    before = fitted.unknown_rule
    assert fitted.choose_unknown_threshold(false_alarms=0.2) < before.threshold
    noise = np.random.default_rng(1).integers(0, 256, (30, tiny.SIZE, tiny.SIZE, 3), np.uint8)
    raised = fitted.choose_unknown_threshold(others=list(noise))
    assert raised >= before.threshold
    assert len(fitted.unknown_rule.others) == 30
    fitted.unknown_rule = before


@pytest.mark.parametrize("rate", [0, 1, 2.0, "5 %"])
def test_a_rate_out_of_range(fitted, rate):
    with pytest.raises(ValueError, match="false_alarms"):
        fitted.choose_unknown_threshold(false_alarms=rate)


def test_without_held_out_examples_there_is_no_threshold(tmp_path):
    texts, labels = films()
    few = case("few_shot_text_classification", tmp_path).make()
    few.fit(ktl.data.arrays(texts[:20], labels[:20]), verbose=0)
    with pytest.raises(RuntimeError, match="choose_unknown_threshold"):
        few.predict(texts[:1], allow_unknown=True)
    few.choose_unknown_threshold(texts[20:100])
    assert few.predict(texts[100:], allow_unknown=True)[0].unfamiliarity is not None


def test_another_training_forgets_the_threshold(fitted):
    made = recipe()
    made.fit(whole(), PROBE, verbose=0)
    made.fit(whole(), [ktl.Phase("head", epochs=1, learning_rate=1e-3)], verbose=0)
    # The validation split was not trained on by this fit, and there was no linear probe.
    assert len(made.unknown_rule.known) in (0, 12)


def test_damaged_files_are_one_clear_error(fitted, tmp_path):
    fitted.save(tmp_path / "run")
    (tmp_path / "run" / "unfamiliarity.npz").write_bytes(b"PK")
    with pytest.raises(ValueError, match="unknown inputs cannot be read"):
        ktl.load(tmp_path / "run")
    other = recipe(feature_stages="last")
    other.fit(whole(), PROBE, verbose=0)
    other.save(tmp_path / "other")
    shutil.copy(tmp_path / "other" / "unfamiliarity.npz", tmp_path / "run")
    with pytest.raises(ValueError, match="not that of this model"):
        ktl.load(tmp_path / "run")


def test_another_task_says_so(tmp_path, capsys):
    chosen = case("image_regression", tmp_path)
    made = chosen.make()
    made.fit(chosen.data, chosen.quick, verbose=0)
    made.save(tmp_path / "run")
    assert main(["predict", str(tmp_path / "run"), "x.png", "--allow-unknown"]) != 0
    assert "--allow-unknown" in capsys.readouterr().err
    assert made.unknown_rule is None
