"""Ctrl-C ends every command with a sentence about what is kept and how to go on."""

import fcntl
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import termios

import pytest

import kerastl
from kerastl.cli.ending.interrupted import command
from kerastl.cli.main import main
from kerastl.recipe.recipe import Recipe
from kerastl.tasks.classification.task import Classification

KERASTL = [sys.executable, "-m", "kerastl"]


def interrupt(*arguments, **settings):
    raise KeyboardInterrupt


def in_a_terminal(arguments, folder, until):
    """Run a command in a pseudo-terminal, and press Ctrl-C there when a pattern was printed."""
    terminal, side = pty.openpty()

    def own_the_terminal():
        # A shell makes programs in the background ignore the signal, and their children too.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.setsid()
        fcntl.ioctl(side, termios.TIOCSCTTY, 0)

    running = subprocess.Popen(
        [*KERASTL, *arguments], cwd=folder, stdin=side, stdout=side, stderr=side,
        preexec_fn=own_the_terminal,
    )  # fmt: skip
    os.close(side)
    printed, pressed = b"", False
    while True:
        try:
            read = os.read(terminal, 4096)
        except OSError:  # how Linux ends a terminal without programs
            break
        if not read:
            break
        printed += read
        if not pressed and re.search(until, printed):
            os.write(terminal, b"\x03")
            pressed = True
    os.close(terminal)
    return running.wait(), printed.decode().replace("\r\n", "\n")


@pytest.mark.slow
def test_ctrl_c_in_a_terminal_names_the_command_that_goes_on(digits, tmp_path):
    (tmp_path / "my photos").symlink_to(digits)
    words = ["fit", "my photos", "--out", "run", "--weights", "none", "--option", "alpha=0.35"]
    words += ["--image-size", "32", "--schedule", "linear_probe_then_fine_tune"]
    words += ["--from-stage", "top", "--epochs", "60"]
    status, printed = in_a_terminal(words, tmp_path, rb"epoch 3 of 60")
    assert status == 130
    assert "Traceback" not in printed
    said = re.search(
        r"\nkerastl: interrupted: the state is kept in run.checkpoint. Continue with: (.*)\n$",
        printed,
    )
    assert said, printed[-2000:]
    assert shlex.split(said[1]) == ["kerastl", *words, "--resume"]
    assert [path.name for path in (tmp_path / "run.checkpoint").iterdir()] == ["state.npz"]
    assert not (tmp_path / "run").exists()
    status, printed = in_a_terminal(shlex.split(said[1])[1:], tmp_path, rb"Resuming after epoch")
    assert status == 130
    assert shlex.split(printed.rpartition("Continue with: ")[2]) == shlex.split(said[1])


@pytest.fixture
def interrupted(monkeypatch, capsys):
    def run(owner, name, *words):
        patched = f"{owner}.{name}" if isinstance(owner, str) else owner
        monkeypatch.setattr(
            *((patched, interrupt) if isinstance(owner, str) else (owner, name, interrupt))
        )
        assert main(list(map(str, words))) == 130
        return capsys.readouterr().err.rstrip("\n")

    return run


def test_an_interrupted_fit_without_a_state(digits, tmp_path, interrupted):
    said = interrupted(Recipe, "fit", "fit", digits, "--out", tmp_path / "run", "--weights", "none")
    assert said == ("kerastl: interrupted: nothing was written. Repeat the command to start again")
    assert list(tmp_path.iterdir()) == []


def test_the_state_of_an_earlier_run_is_not_taken_for_that_of_this_one(
    digits, tmp_path, interrupted
):
    (tmp_path / "run.checkpoint").mkdir()
    (tmp_path / "run.checkpoint" / "state.npz").touch()
    words = ("fit", digits, "--out", tmp_path / "run", "--overwrite")
    said = interrupted("kerastl.cli.quiet_start", "import_tensorflow", *words)
    assert "nothing was written" in said
    said = interrupted("kerastl.cli.quiet_start", "import_tensorflow", *words, "--resume")
    assert said.endswith(command(*map(str, words), "--resume"))


def test_an_interrupted_export_leaves_the_bundle_as_it_was(
    digits, digits_run, tmp_path, interrupted
):
    out = tmp_path / "bundle"
    said = interrupted(Recipe, "export", "export", digits_run, out, "--data", digits)
    assert said.endswith(f"nothing was written to {out}. Repeat the command to start again")


@pytest.mark.parametrize("cached", [True, False])
def test_an_interrupted_comparison(cached, digits, tmp_path, interrupted):
    words = ["compare", digits, "--backbones", "mobilenet,alpha=0.25,weights=none"]
    words += ["--cache", tmp_path / "features"] if cached else []
    said = interrupted("kerastl.comparing.compare", "compare", *words)
    goes_on = f"kept in {tmp_path / 'features'}. Continue with: {command(*map(str, words))}"
    assert said.endswith(goes_on if cached else "features are kept for the next time")


def test_an_interrupted_prediction(digits_run, interrupted):
    said = interrupted(Classification, "predict", "predict", digits_run, "photo.png")
    assert said == "kerastl: interrupted: nothing was written"


def test_an_interrupted_evaluation_after_training_says_that_the_recipe_is_complete(
    digits, tmp_path, interrupted
):
    out = tmp_path / "run"
    words = ["fit", digits, "--out", out, "--weights", "none", "--option", "alpha=0.35"]
    words += ["--image-size", "32", "--schedule", "feature_extraction", "--test-split", "0.2"]
    said = interrupted(Classification, "evaluate", *words)
    assert said.endswith(f"Evaluate with: {command('evaluate', str(out))}")
    assert kerastl.load(out).class_names == ("digit0", "digit1", "digit2")
