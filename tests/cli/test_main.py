import io
import os
import subprocess
import sys

import pytest

from kerastl.cli.main import COMMANDS, main
from kerastl.version import __version__

HEAVY = ("tensorflow", "keras", "keras_hub", "pandas", "sklearn")
KERASTL = [sys.executable, "-m", "kerastl"]


def modules_after(*arguments: str) -> tuple[set[str], str]:
    """Run a command in a fresh process; return the heavy modules it loaded and its output."""
    program = (
        "import sys\n"
        "from kerastl.cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"print('loaded', *[m for m in {HEAVY} if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    output, _, loaded = done.stdout.rpartition("loaded")
    return set(loaded.split()), output + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["backbones"], ["recipes", "list"], ["fit", "missing.yaml"]]
    + [[command, "--help"] for command in COMMANDS],
    ids=" ".join,
)
def test_commands_that_need_no_model_load_no_framework(arguments):
    loaded, output = modules_after(*arguments)
    assert output
    assert loaded == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    _, _, example = capsys.readouterr().out.partition("example:\n")
    assert example.startswith(f"  kerastl {command}")


def test_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"kerastl {__version__}\n"


def raising(error):
    def run(chosen):
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("wrong value"), "wrong value"),
        (FileNotFoundError(2, "No such file", "a.csv"), "[Errno 2] No such file: 'a.csv'"),
        (FileExistsError("it is there"), "it is there"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (ConnectionError("no network"), "no network"),
        (RuntimeError("not fitted"), "not fitted"),
        (ImportError("pip install it"), "pip install it"),
        (ValueError(), "ValueError"),
    ],
)
def test_what_a_user_can_put_right_is_one_line(error, said, monkeypatch, capsys):
    monkeypatch.setattr("kerastl.cli.backbones.run", raising(error))
    assert main(["backbones"]) == 2
    captured = capsys.readouterr()
    assert captured.err == f"kerastl: error: {said}\n"
    assert captured.out == ""


def test_traceback_on_demand(monkeypatch):
    monkeypatch.setattr("kerastl.cli.backbones.run", raising(ValueError("wrong value")))
    with pytest.raises(ValueError, match="wrong value"):
        main(["--traceback", "backbones"])


def test_a_loss_that_runs_away_is_one_line(monkeypatch, capsys):
    monkeypatch.setattr("kerastl.cli.fit.run", raising(FloatingPointError("The loss became nan")))
    assert main(["fit", "photos"]) == 2
    assert capsys.readouterr().err == "kerastl: error: The loss became nan\n"


def test_unexpected_errors_keep_their_traceback(monkeypatch):
    monkeypatch.setattr("kerastl.cli.backbones.run", raising(KeyError("a bug")))
    with pytest.raises(KeyError, match="a bug"):
        main(["backbones"])


def test_interruption_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr("kerastl.cli.backbones.run", raising(KeyboardInterrupt()))
    assert main(["backbones"]) == 130
    assert capsys.readouterr() == ("", "kerastl: interrupted: nothing was written\n")


def test_a_character_that_the_terminal_lacks_is_an_escape(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding="cp1252"))
    monkeypatch.setattr("kerastl.cli.backbones.run", lambda chosen: print("glass → metal, ±2"))
    assert main(["backbones"]) == 0
    assert written.getvalue().decode("cp1252") == "glass \\u2192 metal, ±2\n"


def test_a_reader_that_stops_is_no_error():
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*KERASTL, "recipes", "list"], stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_usage_errors_exit_with_2():
    done = subprocess.run([*KERASTL, "fitt"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "fitt" in done.stderr
