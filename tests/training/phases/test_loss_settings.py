import json

import numpy as np
import pytest

from kerastl.training.phases.loss_settings import LossSettings
from kerastl.training.phases.phase import Phase

NAMES = ("red", "green", "blue")
LABELS = np.array([0] * 6 + [1] * 3 + [2] * 3)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, None),
        ("balanced", [12 / (3 * 6), 12 / (3 * 3), 12 / (3 * 3)]),
        ({"blue": 4.0}, [1, 1, 4]),
        ({0: 0.5, 2: 2}, [0.5, 1, 2]),
    ],
)
def test_weights(given, expected):
    weights = LossSettings(class_weights=given).weights(LABELS, NAMES)
    assert (None if weights is None else weights.tolist()) == expected


def test_balanced_weights_keep_the_mean_loss_where_it_was():
    weights = LossSettings(class_weights="balanced").weights(LABELS, NAMES)
    assert weights[LABELS].mean() == pytest.approx(1)


def test_a_class_without_an_example_divides_by_nothing():
    assert np.isfinite(LossSettings(class_weights="balanced").weights([0, 1], NAMES)).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"label_smoothing": 1.0}, r"label_smoothing=1\.0"),
        ({"label_smoothing": -0.1}, r"label_smoothing=-0\.1"),
        ({"focal": -1.0}, r"focal=-1\.0"),
        ({"focal": float("nan")}, "focal=nan"),
        ({"class_weights": "balance"}, "class_weights='balance'"),
        ({"class_weights": {"red": 0.0}}, r"class_weights\['red'\]=0\.0"),
    ],
)
def test_an_invalid_objective_is_refused_with_the_value_named(settings, message):
    with pytest.raises(ValueError, match=f"Received: .*{message}"):
        LossSettings(**settings)


@pytest.mark.parametrize(
    ("given", "message"),
    [({"blu": 2.0}, "Did you mean 'blue'"), ({3: 2.0}, "must be in .0, 3.. Received")],
)
def test_a_class_that_is_not_there_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        LossSettings(class_weights=given).weights(LABELS, NAMES)


def test_a_phase_takes_an_objective_as_plain_values():
    plain = {"focal": 2.0, "class_weights": {"red": 3.0}}
    phase = Phase("all", loss_settings=plain)
    assert phase.loss_settings == LossSettings(focal=2.0, class_weights={"red": 3.0})
    assert Phase.from_config(phase.get_config()) == phase


@pytest.mark.parametrize(
    ("given", "names", "expected"),
    [
        ({1: 9.0}, ("no", "yes"), [1, 9]),
        ({np.int64(1): np.float32(9)}, ("no", "yes"), [1, 9]),
        ({"1": 9.0}, ("no", "yes"), [1, 9]),  # as TOML and JSON store an integer key
        ({"1": 9.0}, ("1", "2", "3"), [9, 1, 1]),
        ({1: 9.0}, ("0", "1", "2"), [1, 9, 1]),
        ({True: 9.0}, ("False", "True"), [1, 9]),
        ({"cafe\u0301": 9.0}, ("bar", "caf\u00e9"), [1, 9]),
    ],
)
def test_the_type_of_a_key_decides_what_it_means(given, names, expected):
    settings = LossSettings(class_weights=given)
    stored = json.loads(json.dumps(settings.get_config()))
    for each in (settings, LossSettings(**stored)):
        assert each.weights([0, 1], names).tolist() == expected


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({1: 9.0}, ("1", "2", "3")),
        ({2: 9.0}, tuple(sorted(str(i) for i in range(12)))),
        ({True: 9.0}, ("True", "False")),
    ],
)
def test_a_key_with_two_readings_is_refused(given, names):
    with pytest.raises(ValueError, match=r"as the name of the class .* and as the position"):
        LossSettings(class_weights=given).weights([0, 1], names)


def test_two_keys_for_one_class_are_refused():
    with pytest.raises(ValueError, match="Received: 'yes' and 1, which are both 'yes'"):
        LossSettings(class_weights={"yes": 9.0, 1: 2.0}).weights([0, 1], ("no", "yes"))


@pytest.mark.parametrize("given", [{1.5: 2.0}, {None: 2.0}, {("a",): 2.0}, np.array([1.0, 2.0])])
def test_weights_that_name_no_class(given):
    with pytest.raises(ValueError, match=r"`class_weights`.* Received: class_weights"):
        LossSettings(class_weights=given)
