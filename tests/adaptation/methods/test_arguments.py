"""Every number of every adaptation method is checked when the method is created."""

import re
from dataclasses import fields

import pytest

from kerastl.adaptation.methods.resolve import METHODS, resolve_method

NUMBERS = {"number": (-1, -0.001), "positive": (-1, 0), "count": (0, 2.5, -1)}
KINDS = {
    "strength": "number",
    "mean_strength": "number",
    "pseudo_strength": "number",
    "information": "number",
    "gamma": "positive",
    "temperature": "positive",
    "margin": "positive",
    "hidden": "count",
    "passes": "count",
    "epochs": "count",
    "share": (0, -0.1, 1.01),
    "masked_share": (0, 1, -0.1),
    "min_confidence": (-0.1, 1),
    "mask_token": (-1, 2.5),
}
NEVER = ("1", True, None, float("nan"), float("inf"))
CLASSES = {type(resolve_method(name)) for name in METHODS}
CASES = [
    (kind, field.name, wrong)
    for kind in sorted(CLASSES, key=lambda each: each.__name__)
    for field in fields(kind)
    if field.name not in ("entropy", "ratio")
    for wrong in (*NEVER, *NUMBERS.get(KINDS[field.name], KINDS[field.name]))
    # Without a mask token, the backbone's own is used.
    if (field.name, wrong) != ("mask_token", None)
]


@pytest.mark.parametrize(("kind", "name", "wrong"), CASES)
def test_a_wrong_number_is_an_error_that_names_it(kind, name, wrong):
    received = re.escape(f"Received: {name}={wrong!r}")
    with pytest.raises(ValueError, match=rf"^`{name}` must be a .*{received}$"):
        kind(**{name: wrong})


@pytest.mark.parametrize("wrong", ["kernel", None, 1])
def test_an_unknown_ratio_is_an_error(wrong):
    method = type(resolve_method("importance_weighting"))
    with pytest.raises(ValueError, match=f"'kliep' or 'kmm'. Received: ratio={wrong!r}$"):
        method(ratio=wrong)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("dann", {"strength": 0, "gamma": 0.1, "hidden": 1}),
        ("mcc", {"strength": 0, "temperature": 0.1}),
        ("self_training", {"passes": 1, "share": 1, "min_confidence": 0}),
        ("udalm", {"strength": 0, "masked_share": 0.01, "epochs": 1, "mask_token": 0}),
    ],
)
def test_the_ends_of_a_range_are_accepted(name, values):
    method = type(resolve_method(name))(**values)
    assert values.items() <= method.get_config().items()
