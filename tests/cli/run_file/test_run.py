from pathlib import Path

import pytest
import yaml

from kerastl.cli.run_file.data.choose import read_alike
from kerastl.cli.run_file.default_schedule import DefaultSchedule
from kerastl.cli.run_file.run import read_run, write_run

MINIMAL = "data:\n  path: photos\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "photos").mkdir()
    (tmp_path / "reviews.csv").touch()
    (tmp_path / "weights.h5").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(text, folder=Path()):
    path = folder / "run.yaml"
    path.write_text(text)
    return read_run(path)


def test_a_file_may_be_short(project):
    run = read(MINIMAL)
    assert run.data.path == Path("photos")
    assert run.recipe.task == "image_classification"
    assert run.schedule == DefaultSchedule()
    assert (run.fit.batch_size, run.fit.seed, run.out) == (None, 0, None)


@pytest.mark.parametrize(
    ("data", "task"),
    [
        ("path: photos", "image_classification"),
        ("path: reviews.csv", "text_classification"),
        ("{path: reviews.csv, image: file}", "image_classification"),
    ],
)
def test_the_task_is_guessed_from_the_data(data, task, project):
    assert read(f"data:\n  {data}\n").recipe.task == task


@pytest.mark.parametrize(
    ("path", "directory"),
    [
        ("photos", "runs/photos"),
        ("reviews.csv", "runs/reviews"),
        (".", "runs/{here}"),
        ("photos.v2", "runs/photos.v2"),
    ],
)
def test_a_run_has_a_directory_of_its_own_by_default(path, directory, project):
    (project / "photos.v2").mkdir()
    run = read(f"data: {{path: {path}}}\n")
    assert run.directory == Path(directory.format(here=project.name))
    assert read(f"data: {{path: {path}}}\nout: here\n").directory == Path("here")


def test_paths_are_relative_to_the_file(project, monkeypatch):
    (project / "elsewhere").mkdir()
    monkeypatch.chdir(project / "elsewhere")
    text = MINIMAL + "recipe:\n  weights: weights.h5\nout: runs/a\n"
    run = read(text, Path(".."))
    assert run.data.path == Path("../photos")
    assert run.recipe.weights == "../weights.h5"
    assert run.out == Path("../runs/a")


COMPLETE = """\
data:
  path: photos
  group: "person_(\\\\d+)"
  validation_split: 0.2
  test_split: 0.1
  seed: 5
  on_error: skip
recipe:
  backbone: mobilenet_v2
  weights: weights.h5
  options: {alpha: 0.35}
  dropout: 0.1
  pooling: max
  feature_stages: [stage3, top]
  image_size: 96x128
  augmentation: no_flip
schedule:
  name: linear_probe_then_fine_tune
  from_stage: stage3
  epochs: 8
  learning_rate: 1e-5
  augment: false
fit:
  batch_size: 8
  seed: 5
"""


def test_what_is_written_reads_as_the_same_run(project):
    run = read(COMPLETE)
    assert run.recipe.settings["image_size"] == (96, 128)
    assert run.recipe.options == {"alpha": 0.35}
    assert run.schedule.learning_rate == 1e-5
    (project / "runs/a").mkdir(parents=True)
    written = Path("runs/a/run.yaml")
    write_run(run, written)
    assert yaml.safe_load(written.read_text())["data"]["path"] == "../../photos"
    again = read_run(written)
    assert again.data.path.resolve() == run.data.path.resolve()
    assert read_alike(again.data, run.data.path, {}) == again.data
    assert Path(again.recipe.weights).resolve() == project / "weights.h5"
    write_run(again, Path("run.yaml"))
    assert read_run(Path("run.yaml")) == run


INVALID = {
    "an empty file": ("", "run.yaml: a run must be a mapping"),
    "a list": ("- data\n", "run.yaml: a run must be a mapping"),
    "no data": ("out: runs\n", "run.yaml: a run needs the setting 'data'"),
    "no path": ("data:\n  seed: 1\n", "line 1, data: section 'data' needs the setting 'path'"),
    "a misspelt section": (
        MINIMAL + "receipe:\n  backbone: vgg16\n",
        "line 3, receipe: Unknown setting of a run. Did you mean 'recipe'?",
    ),
    "a misspelt key": (
        "data:\n  path: photos\n  validation_spilt: 0.2\n",
        "line 3, data.validation_spilt: Unknown setting of section 'data'. Did you mean "
        "'validation_split'?",
    ),
    "an empty section": (MINIMAL + "fit:\n", "line 3, fit: section 'fit' must be a mapping"),
    "a wrong type": (
        MINIMAL + "fit:\n  batch_size: many\n",
        "line 4, fit.batch_size: must be a whole number. Received: 'many'",
    ),
    "a batch of none": (
        MINIMAL + "fit: {batch_size: 0}\n",
        "line 3, fit: `batch_size` must be a whole number of at least 1. Received: batch_size=0",
    ),
    "a negative seed": (MINIMAL + "fit: {seed: -1}\n", "line 3, fit: `seed` must lie in"),
    "shares that leave nothing": (
        "data:\n  path: photos\n  validation_split: 0.6\n  test_split: 0.4\n",
        "line 1, data: validation_split and test_split must leave examples to train on",
    ),
    "an unknown task": (
        MINIMAL + "recipe: {task: image_clasification}\n",
        "line 3, recipe: Unknown task. Did you mean 'image_classification' or",
    ),
    "a setting of another task": (
        MINIMAL + "recipe:\n  sequence_length: 64\n",
        "line 4, recipe.sequence_length: The task 'image_classification' has no sequence_length",
    ),
    "data of another task": (
        MINIMAL + "recipe: {task: text_regression}\n",
        "line 3, recipe.task: A folder of images does not suit this task. It suits "
        "image_classification. Received: task='text_regression' for 'photos'",
    ),
    "a table of another task": (
        "data: {path: reviews.csv, values: [stars]}\nrecipe: {task: image_regression}\n",
        "line 2, recipe.task: A table of numbers with texts does not suit this task. It suits "
        "text_regression. Received",
    ),
    "weights among the options": (
        MINIMAL + "recipe: {options: {weights: imagenet}}\n",
        "line 3, recipe: `weights` is a setting of the recipe",
    ),
    "a misspelt schedule": (
        MINIMAL + "schedule: full_finetune\n",
        "line 3, schedule.name: Unknown schedule. Did you mean 'full_fine_tune'",
    ),
    "a wrong phase": (
        MINIMAL + "schedule:\n- trains: head\n- trains: all\n  epochs: no\n",
        "line 6, schedule.1.epochs: must be a whole number. Received: False",
    ),
    "a wrong way with bad images": (
        "data:\n  path: photos\n  on_error: ignore\n",
        "line 3, data.on_error: must be 'raise' or 'skip'. Received: 'ignore'",
    ),
}


@pytest.mark.parametrize(("text", "said"), INVALID.values(), ids=INVALID)
def test_invalid_files(text, said, project):
    with pytest.raises(ValueError, match=r"run\.yaml") as error:
        read(text)
    assert said in str(error.value)
