"""`kerastl fit DATA` with no other option, for every task."""

import numpy as np
import pytest
import yaml

import kerastl
from kerastl.cli.main import main
from kerastl.cli.run_file.default_schedule import DefaultSchedule
from kerastl.cli.run_file.run import read_run
from kerastl.recipe.recipe import Recipe
from kerastl.tasks.registry import TASKS, task_for
from kerastl.training.phases.learning_rate import LearningRate
from kerastl.training.schedules.probe_guided_fine_tune import ProbeGuidedFineTune

pytestmark = pytest.mark.usefixtures("project", "small_networks")

FEW = "few_shot_text_classification"
BUDGETED = {"image_classification", "text_classification"}

# Options appear only where the data alone does not show what it is.
DATA = {
    "image_classification": ["photos"],
    "text_classification": ["texts.csv"],
    "image_multi_label_classification": ["images.csv", "--image", "file", "--label-separator", ";"],
    "text_multi_label_classification": ["texts.csv", "--labels", "drama", "comedy"],
    "image_regression": ["images.csv", "--image", "file", "--values", "ink"],
    "text_regression": ["texts.csv", "--values", "stars"],
    "token_classification": ["names.conll"],
    "object_detection": ["boxes.json"],
}
# Data that stands for another task needs the name of this one.
for _name, _row in TASKS.items():
    if _name not in DATA:
        DATA[_name] = [*DATA[task_for(_row.modality, _row.readers[0]).name], "--task", _name]
# A second format of boxes trains the same detector, which takes long.
VOC = pytest.param(("object_detection", ["voc"]), marks=pytest.mark.nightly)
CASES = [*DATA.items(), VOC]


def test_every_task_has_a_case():
    assert list(DATA) == list(TASKS)


@pytest.fixture(params=CASES, ids=lambda case: "-".join(case[1]))
def case(request) -> tuple[str, list[str]]:
    return request.param


def described(run):
    return yaml.safe_load((run / "run.yaml").read_text())["schedule"]


# One task for each kind of default schedule. An object detector takes long to train.
REPEATED = {"text_classification", "token_classification", FEW}


@pytest.mark.slow
def test_no_option_is_needed(case, project, capsys):
    task, data = case
    assert main(["fit", *data]) == 0
    run = project / "runs" / data[0].split(".")[0]
    assert f"Written to runs/{run.name}\n" in capsys.readouterr().out
    recipe = kerastl.load(run)
    assert recipe.task == task
    # All settings are written down, so that another default changes nothing.
    used = read_run(run / "run.yaml").schedule
    default = recipe.default_schedule()
    if isinstance(used, DefaultSchedule):
        assert set(used.settings) == set(plain(default))
        used = used.resolved(recipe)
    assert used == default
    assert main(["fit", *data]) == 2
    assert "holds an earlier run: pass --overwrite" in capsys.readouterr().err
    if task in REPEATED:
        assert_repeats(run, project / "again")


@pytest.mark.slow
def test_the_default_schedule_with_a_setting_is_written_and_repeated(project):
    assert main(["fit", "texts.csv", "--values", "stars", "--epochs", "2", "--quiet"]) == 0
    run = project / "runs/texts"
    written = described(run)
    assert (written["name"], written["epochs"]) == ("linear_probe_then_fine_tune", 2)
    assert_repeats(run, project / "again")


class Asked(Exception):
    """Carries the schedule that `Recipe.fit` was given."""


@pytest.fixture
def asked(monkeypatch):
    def fit(self, data, schedule, **settings):
        raise Asked(schedule, self.default_schedule())

    monkeypatch.setattr(Recipe, "fit", fit)


@pytest.mark.usefixtures("asked")
def test_nothing_said_is_auto_for_fit(case):
    _, data = case
    for options in ([], ["--schedule", "auto"]):
        with pytest.raises(Asked) as asked:
            main(["fit", *data, *options])
        assert asked.value.args[0] == "auto"


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("named", [[], ["--schedule", "auto"]], ids=" ".join)
def test_settings_without_a_name_change_the_default_schedule(case, named):
    _, data = case
    with pytest.raises(Asked) as asked:
        main(["fit", *data, *named, "--epochs", "2", "--learning-rate", "1e-3"])
    schedule, default = asked.value.args
    assert type(schedule) is type(default)
    changed = {**plain(default), "epochs": 2, "learning_rate": schedule.learning_rate}
    assert plain(schedule) == changed
    assert LearningRate.of(schedule.learning_rate).peak == 1e-3


@pytest.mark.usefixtures("asked")
def test_a_setting_that_the_default_schedule_lacks_is_one_error(case, capsys):
    task, data = case
    if task in BUDGETED:
        with pytest.raises(Asked) as asked:
            main(["fit", *data, "--budget", "1min"])
        assert asked.value.args[0] == ProbeGuidedFineTune(budget="1min")
        return
    assert main(["fit", *data, "--budget", "1min"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("kerastl: error: --budget: ")
    assert f"the default schedule of '{task}', has no setting 'budget': it has " in error
    assert "epochs" in error
    assert error.endswith("Received: budget='1min'\n")


def plain(schedule):
    return {name: each for name, each in schedule.get_config().items() if each is not None}


def assert_repeats(run, again):
    """Train from the run file of a run, and find the same weights and the same run file."""
    assert main(["fit", str(run / "run.yaml"), "--out", str(again), "--quiet"]) == 0
    assert described(again) == described(run)
    weights = [kerastl.load(each).model.get_weights() for each in (run, again)]
    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
