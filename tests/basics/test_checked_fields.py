from dataclasses import dataclass, fields

import pytest

from kerastl.basics.checked_fields import check_fields
from kerastl.training.schedules.resolve import schedule_classes

NAN, INFINITE = float("nan"), float("inf")
WRONG = {
    "count": (0, -1, 2.5, NAN, "3", True, [1]),
    "number": (0, -0.1, NAN, INFINITE, "3", True, [1.0]),
    "flag": ("no", 1, 0.0, []),
    "name": ("", 3, ["a"]),
}


@dataclass
class Plan:
    count: int = 1
    number: float | None = None
    flag: bool = True
    name: str | None = None


@pytest.mark.parametrize(
    ("field", "wrong"), [(field, wrong) for field, each in WRONG.items() for wrong in each]
)
def test_a_field_of_another_kind_is_named(field, wrong):
    with pytest.raises(ValueError, match=f"^`{field}` must be .*Received: {field}="):
        check_fields(Plan(**{field: wrong}))


def test_none_is_taken_where_the_annotation_has_it():
    check_fields(Plan(3, 0.5, False, "a"))
    check_fields(Plan(number=None, name=None))
    for field in ("count", "flag"):
        with pytest.raises(ValueError, match=f"Received: {field}=None"):
            check_fields(Plan(**{field: None}))


@pytest.mark.parametrize("schedule", schedule_classes().values())
def test_every_option_of_every_schedule_is_checked(schedule):
    for field in fields(schedule):
        wrong = {"budget": "soon", "required_gain": "high"}.get(field.name, -1)
        with pytest.raises(ValueError, match=f"Received: .*{field.name}="):
            schedule(**{field.name: wrong})
        with pytest.raises(ValueError, match="Received: "):
            schedule(**{field.name: [1]})
