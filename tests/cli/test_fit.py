import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import kerastl
from kerastl.cli.main import main
from kerastl.cli.run_file.default_schedule import DefaultSchedule
from kerastl.cli.run_file.run import read_run
from kerastl.recipe.recipe import Recipe
from kerastl.training.checkpoint.checkpoint import Checkpoint
from kerastl.training.checkpoint.progress import Progress

KERASTL = [sys.executable, "-m", "kerastl"]


def test_fit_writes_a_recipe_and_its_description(digits, digits_run):
    recipe = kerastl.load(digits_run)
    assert recipe.class_names == ("digit0", "digit1", "digit2")
    assert recipe.backbone.options == {"alpha": 0.35}
    run = read_run(digits_run / "run.yaml")
    assert run.data.path == digits
    assert (run.data.test_split, run.data.seed, run.fit.seed) == (0.25, 3, 3)
    assert run.recipe.settings["image_size"] == recipe.image_size == (32, 32)
    assert (run.recipe.backbone, run.recipe.weights) == ("mobilenet_v2", "none")
    assert type(run.schedule).__name__ == "FeatureExtraction"


def test_fit_of_texts(reviews_run, short_minilm):
    run = read_run(reviews_run / "run.yaml")
    assert (run.data.text, run.data.label) == ("review", "sentiment")
    assert (run.recipe.task, run.recipe.backbone) == ("text_classification", str(short_minilm))
    # The length that the recipe chose is part of the description.
    chosen = run.recipe.settings["sequence_length"]
    assert chosen == kerastl.load(reviews_run).sequence_length > 0


@pytest.mark.slow
def test_a_run_file_makes_the_same_weights_again(digits_run, tmp_path, capsys):
    assert main(["fit", str(digits_run / "run.yaml"), "--out", str(tmp_path / "again")]) == 0
    printed = capsys.readouterr().out
    assert "digit2" in printed
    assert "linear probe" in printed
    assert "accuracy" in printed
    first, again = kerastl.load(digits_run).model, kerastl.load(tmp_path / "again").model
    for one, other in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    again, first = (read_run(run / "run.yaml") for run in (tmp_path / "again", digits_run))
    assert replace(again, schedule=[]) == replace(first, schedule=[])
    assert again.schedule.get_config() == first.schedule.get_config()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--image-size", "big"], "--image-size: must be a size in pixels such as 224"),
        (["--schedule", "full"], "--schedule: Unknown schedule."),
        (["--from-stage", "top", "--schedule", "full_fine_tune"], "--from-stage: Unknown setting"),
        (
            ["--batch-size", "0"],
            "`batch_size` must be a whole number of at least 1. Received: batch_size=0",
        ),
        (["--validation-split", "1.5"], "`validation_split` must be a number in [0, 1)"),
        (["--text", "review"], "A folder of images has no text"),
        (["--sequence-length", "9"], "The task 'image_classification' has no sequence_length"),
        (["--backbone", "mobilnet_v2"], "Unknown backbone. Did you mean 'mobilenet_v2'"),
        (["--option", "alhpa=1"], "Did you mean 'alpha'?"),
        (["--group", "digit"], "give the share to hold out as validation_split"),
    ],
)
def test_what_fit_refuses(arguments, said, digits, tmp_path, capsys):
    assert main(["fit", str(digits), *arguments, "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("kerastl: error: ")
    assert said in error
    assert not (tmp_path / "out").exists()


def test_fit_names_a_data_path_that_is_not_there(tmp_path, capsys):
    assert main(["fit", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    assert "There is no such file or folder of data" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [([], "an earlier run: pass --overwrite"), (["--overwrite"], "something else")],
)
def test_an_earlier_directory_is_refused_before_training(
    arguments, said, digits, digits_run, tmp_path, capsys
):
    out = digits_run if not arguments else tmp_path
    (tmp_path / "photo.jpg").write_bytes(b"")
    assert main(["fit", str(digits), "--out", str(out), *arguments]) == 2
    assert said in capsys.readouterr().err


def test_settings_beside_a_run_file_are_refused(digits_run, tmp_path, capsys):
    command = ["fit", str(digits_run / "run.yaml"), "--epochs", "3", "--test-split", "0.1"]
    assert main([*command, "--out", str(tmp_path / "out")]) == 2
    assert "Received: --epochs, --test-split with" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["alpha", "=3"])
def test_options_are_names_with_values(option, digits, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["fit", str(digits), "--option", option])
    assert stop.value.code == 2
    assert "must be NAME=VALUE" in capsys.readouterr().err


def broken_off_before(*arguments):
    raise KeyboardInterrupt


def broken_off_after(owner, step):
    """Run a step of a class to its end, then stop as a user who presses Ctrl-C does."""
    done = getattr(owner, step)

    def do_and_break(*arguments, **options):
        done(*arguments, **options)
        raise KeyboardInterrupt

    return do_and_break


@pytest.mark.slow
def test_a_run_that_was_broken_off_is_resumed(digits, tmp_path, monkeypatch, capsys):
    out, checkpoint = tmp_path / "out", tmp_path / "out.checkpoint"
    command = ["fit", str(digits), "--out", str(out), "--weights", "none", "--option", "alpha=0.35"]
    command += ["--image-size", "32", "--schedule", "linear_probe_then_fine_tune"]
    command += ["--from-stage", "top", "--epochs", "1"]

    with monkeypatch.context() as patched:
        patched.setattr(Progress, "finish_phase", broken_off_after(Progress, "finish_phase"))
        assert main(command) == 130
    assert checkpoint.is_dir()
    assert not out.exists()
    assert main(command) == 2
    assert "pass --resume to continue it, or --overwrite" in capsys.readouterr().err
    assert main([*command, "--resume", "--seed", "1"]) == 2
    assert "seed was 0 and is 1" in capsys.readouterr().err
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoint, "remove", broken_off_before)
        assert main([*command, "--resume"]) == 130
    assert (out / "run.yaml").exists()
    assert checkpoint.exists()
    assert main([*command, "--resume"]) == 0
    printed = capsys.readouterr().out
    assert "Resuming after epoch 1, with phase 2" in printed
    assert "Phase 1" not in printed
    assert (out / "run.yaml").is_file()
    assert not checkpoint.exists()


@pytest.mark.slow
def test_the_whole_path_as_a_user_walks_it(digits, tmp_path):
    def kerastl_command(*arguments):
        return subprocess.run(
            [*KERASTL, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        )

    (tmp_path / "photos").symlink_to(digits)
    (tmp_path / "run.yaml").write_text(
        "data:\n  path: photos\n  test_split: 0.25\n"
        "recipe:\n  weights: none\n  options: {alpha: 0.35}\n  image_size: 32\n"
        "schedule: {name: linear_probe_then_fine_tune, from_stage: top, epochs: 2}\n"
        "out: runs/digits\n"
    )
    fitted = kerastl_command("fit", "run.yaml")
    assert "Phase 2 of 2, epoch 2 of 2" in fitted.stdout
    assert "Written to runs/digits" in fitted.stdout
    evaluated = json.loads(kerastl_command("evaluate", "runs/digits", "--json").stdout)
    assert evaluated["split"] == "test"
    assert f"accuracy {evaluated['accuracy']:.3f}" in fitted.stdout
    predicted = kerastl_command("predict", "runs/digits", "photos/digit0/0.png")
    label, probability, name = predicted.stdout.rstrip("\n").split("\t")
    assert (label, name) == ("digit0", "photos/digit0/0.png")
    assert 0 <= float(probability) <= 1


ADAPT = ["--image-size", "32", "--weights", "none", "--option", "alpha=0.35"]


def test_an_adaptation_trains_with_the_checkpoint_of_its_run(digits, tmp_path, monkeypatch):
    calls = []

    def fit(self, data, schedule, **settings):
        calls.append((schedule, settings))
        raise KeyboardInterrupt

    monkeypatch.setattr(Recipe, "fit", fit)
    command = ["fit", str(digits), "--adapt-to", str(digits), "--out", str(tmp_path / "out")]
    for resume in (False, True):
        again = ["--resume"] if resume else []
        assert main([*command, *ADAPT, "--adaptation", "dann", *again]) == 130
        schedule, settings = calls.pop()
        assert (schedule, settings["adaptation"]) == ("auto", "dann")
        assert len(settings["adapt_to"]) == 48
        checkpoint = settings["checkpoint"]
        assert (checkpoint.directory, checkpoint.resume) == (tmp_path / "out.checkpoint", resume)


@pytest.mark.slow
def test_fit_adapts_to_a_folder_of_unlabelled_images(digits, tmp_path, monkeypatch, capsys):
    out = tmp_path / "adapted"
    command = ["fit", str(digits), "--adapt-to", str(digits), "--out", str(out), *ADAPT]
    with monkeypatch.context() as patched:
        patched.setattr(Progress, "finish_phase", broken_off_after(Progress, "finish_phase"))
        assert main(command) == 130
    assert (tmp_path / "adapted.checkpoint").is_dir()
    assert main([*command, "--resume"]) == 0
    assert "Adaptation: no evidence" in capsys.readouterr().out
    assert not (tmp_path / "adapted.checkpoint").exists()
    run = read_run(out / "run.yaml")
    assert run.target.adapt_to == digits
    assert run.target.adaptation == "auto"
    assert run.schedule == DefaultSchedule()
    assert kerastl.load(out).class_names == ("digit0", "digit1", "digit2")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--adapt-to", "nowhere"], "There is no such file or folder to adapt to"),
        (["--adapt-to", ".", "--adaptation", "dan"], "Did you mean 'dann'"),
        (["--adaptation", "dann"], "needs the setting 'adapt_to'"),
        (
            ["--adapt-to", ".", "--epochs", "2"],
            "An adaptation has a schedule of its own, without settings: name a schedule as well. "
            "Received: epochs=2",
        ),
    ],
)
def test_what_an_adaptation_refuses(arguments, said, digits, tmp_path, capsys):
    assert main(["fit", str(digits), *arguments, "--out", str(tmp_path / "out")]) == 2
    assert said in capsys.readouterr().err
