from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from kerastl.cli.run_file.checking import check, make
from kerastl.cli.run_file.place import Place

PLACE = Place(".".join)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (3, int, 3),
        (3, float, 3.0),
        ("1e-4", float, 1e-4),
        ("2.5E3", float | None, 2500.0),
        (None, float | None, None),
        (False, bool, False),
        ("a/b", Path, Path("a/b")),
        ("skip", Literal["raise", "skip"], "skip"),
        (224, tuple[int, int], (224, 224)),
        ("224", tuple[int, int], (224, 224)),
        ("224x320", tuple[int, int] | None, (224, 320)),
        ([224, 320], tuple[int, int], (224, 320)),
        (["stem", "top"], tuple[str, ...], ("stem", "top")),
        ({"alpha": 0.35, "rate": "1e-4"}, dict[str, Any], {"alpha": 0.35, "rate": 1e-4}),
    ],
)
def test_values_become_what_is_asked_for(value, kind, expected):
    made = check(value, kind, PLACE)
    assert made == expected
    assert type(made) is type(expected)


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (True, int, "must be a whole number. Received: True"),
        (1.5, int, "must be a whole number. Received: 1.5"),
        (True, float, "must be a number. Received: True"),
        ("fast", float | None, "must be a number. Received: 'fast'"),
        (None, float, "must be a number. Received: None"),
        ("yes", bool, "must be true or false. Received: 'yes'"),
        (5, str, "in quotes where it looks like a number"),
        (5, Path, "must be a path. Received: 5"),
        ("ignore", Literal["raise", "skip"], "must be 'raise' or 'skip'. Received: 'ignore'"),
        (["raise"], Literal["raise", "skip"], "must be 'raise' or 'skip'. Received: ['raise']"),
        ("224by320", tuple[int, int], "must be a size in pixels such as 224 or 224x320"),
        ([224], tuple[int, int], "Received: [224]"),
        ([224, "a"], tuple[int, int], "Received: [224, 'a']"),
        (True, tuple[int, int], "Received: True"),
        ("stem", tuple[str, ...], "must be a list. Received: 'stem'"),
        (3, dict[str, Any], "must be a mapping of names to values. Received: 3"),
        ({1: 2}, dict[str, Any], "must be a mapping of names to values. Received: {1: 2}"),
    ],
)
def test_other_values_are_one_error(value, kind, said):
    with pytest.raises(ValueError, match=r"^fit\.x: must be") as error:
        check(value, kind, PLACE.at("fit").at("x"))
    assert said in str(error.value)


@dataclass
class Oven:
    heat: int
    fan: bool = False

    def __post_init__(self):
        if self.heat > 250:
            raise ValueError(f"too hot. Received: heat={self.heat}")


@dataclass
class Stone:
    pass


def test_make_fills_in_defaults():
    assert make(Oven, {"heat": 200}, PLACE, "an oven") == Oven(200, False)


@pytest.mark.parametrize(
    ("cls", "values", "said"),
    [
        (Oven, ["heat"], "oven: an oven must be a mapping of names to values"),
        (Oven, None, "oven: an oven must be a mapping of names to values. Received: None"),
        (
            Oven,
            {"heat": 200, "fam": 1},
            "oven.fam: Unknown setting of an oven. Did you mean 'fan'?",
        ),
        (Oven, {3: 4}, "oven.3: Unknown setting of an oven. Known: fan, heat. Received: 3"),
        (Oven, {"fan": True}, "oven: an oven needs the setting 'heat'. Received: {'fan': True}"),
        (Oven, {"heat": "hot"}, "oven.heat: must be a whole number. Received: 'hot'"),
        (Oven, {"heat": 300}, "oven: too hot. Received: heat=300"),
        (Stone, {"heat": 1}, "oven.heat: an oven has no settings. Received: 'heat'"),
    ],
)
def test_make_refuses(cls, values, said):
    with pytest.raises(ValueError, match=r"^oven") as error:
        make(cls, values, PLACE.at("oven"), "an oven")
    assert said in str(error.value)
