import json
from dataclasses import fields

import pytest

from kerastl.adaptation.methods.resolve import METHODS, resolve_method

SETTINGS = {
    "AdaBN": {},
    "Auto": {},
    "CDAN": {"information": 0.2, "entropy": True, "strength": 0.5, "gamma": 5.0, "hidden": 7},
    "DANN": {"information": 0.2, "strength": 0.5, "gamma": 5.0, "hidden": 7},
    "DeepCORAL": {"strength": 0.5, "mean_strength": 0.25},
    "DomainStandardization": {},
    "ImportanceWeighting": {"ratio": "kmm"},
    "JointMMD": {"strength": 0.5},
    "MCC": {"strength": 0.5, "temperature": 1.5},
    "MDD": {"margin": 2.0, "strength": 0.5, "hidden": 7},
    "MMD": {"strength": 0.5},
    "SHOT": {"passes": 2, "pseudo_strength": 0.1, "strength": 0.5},
    "SelfTraining": {"passes": 2, "share": 0.5, "min_confidence": 0.6},
    "UDALM": {"strength": 0.5, "masked_share": 0.3, "epochs": 2, "mask_token": 4},
}


@pytest.mark.parametrize("name", METHODS)
def test_every_method_survives_its_configuration_as_json(name):
    kind = type(resolve_method(name))
    settings = SETTINGS[kind.__name__]
    method = kind(**settings)
    for field in fields(kind):
        assert settings[field.name] != field.default, field.name
    config = json.loads(json.dumps(method.get_config()))
    assert config == settings
    assert kind.from_config(config) == method


@pytest.mark.parametrize(
    ("name", "settings"),
    [("cdan", {"entropy": False}), ("cdan+e", {"entropy": True})]
    + [("importance_weighting", {"ratio": "kliep"})]
    + [(ratio, {"ratio": ratio}) for ratio in ("kliep", "kmm")],
)
def test_a_name_can_imply_settings(name, settings):
    assert settings.items() <= resolve_method(name).get_config().items()


def test_a_method_is_returned_unchanged():
    method = resolve_method("shot")
    assert resolve_method(method) is method
