"""The default schedule of every task, with settings replaced."""

from dataclasses import fields

import pytest

from kerastl.cli.run_file.default_schedule import DefaultSchedule
from kerastl.cli.run_file.place import Place
from kerastl.cli.run_file.recipe_section import RecipeSection
from kerastl.cli.run_file.schedule_section import read_schedule, write_schedule
from kerastl.tasks.registry import TASKS
from kerastl.training import schedules
from kerastl.training.phases.phase import Phase

PLACE = Place(lambda keys: ".".join(("schedule", *keys)))


@pytest.fixture(scope="module", params=TASKS)
def recipe(request):
    return RecipeSection(request.param).make()


def test_no_settings_leave_the_default_as_it_is(recipe):
    assert DefaultSchedule().resolved(recipe) == recipe.default_schedule()


def test_settings_are_replaced(recipe):
    default = recipe.default_schedule()
    found = DefaultSchedule({"epochs": 2, "learning_rate": "1e-3"}).resolved(recipe)
    assert type(found) is type(default)
    assert (found.epochs, getattr(found.learning_rate, "peak", found.learning_rate)) == (2, 1e-3)
    kept = {each.name for each in fields(found)} - {"epochs", "learning_rate"}
    for name in kept:
        assert getattr(found, name) == getattr(default, name)


def test_what_was_used_can_be_written_and_used_again(recipe):
    used = DefaultSchedule({"epochs": 2, "from_stage": "stage1"}, PLACE).resolved(recipe)
    again = read_schedule(write_schedule(used), PLACE)
    assert (again.resolved(recipe) if isinstance(again, DefaultSchedule) else again) == used


def test_a_setting_that_the_default_lacks_is_one_error_with_those_it_has(recipe):
    chosen = DefaultSchedule({"epochs": 2, "bugdet": "1min"}, PLACE)
    with pytest.raises(ValueError, match=r"^schedule\.bugdet: ") as error:
        chosen.resolved(recipe)
    assert f"the default schedule of {recipe.task!r}, has no setting 'bugdet'" in str(error.value)
    known = ", ".join(each.name for each in fields(recipe.default_schedule()))
    assert f"it has {known}. Received: bugdet='1min'" in str(error.value)


def test_a_budget_is_for_tasks_whose_default_has_one():
    chosen = DefaultSchedule({"budget": "1min"}, PLACE)
    found = chosen.resolved(RecipeSection("image_classification").make())
    assert found == schedules.ProbeGuidedFineTune(budget="1min")
    with pytest.raises(ValueError, match=r"it has from_stage, epochs, learning_rate, augment\."):
        chosen.resolved(RecipeSection("text_multi_label_classification").make())


def test_a_value_of_the_wrong_type_is_named_with_its_place(recipe):
    with pytest.raises(ValueError, match=r"^schedule\.epochs: must be a whole number"):
        DefaultSchedule({"epochs": "many"}, PLACE).resolved(recipe)


class Phased:
    """A recipe whose default is a list of phases."""

    task = "toy"

    def default_schedule(self):
        return (Phase("head", linear_probe=True),)


def test_a_default_of_phases_has_no_settings():
    assert DefaultSchedule().resolved(Phased()) == [Phase("head", linear_probe=True)]
    with pytest.raises(ValueError, match="'toy' has no settings: name a schedule"):
        DefaultSchedule({"epochs": 2}).resolved(Phased())
