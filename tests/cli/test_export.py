import inspect

import pytest

from kerastl.artifacts import Artifact, Bundle, RefusedError
from kerastl.cli.main import main
from kerastl.recipe.recipe import Recipe


@pytest.fixture
def exported(monkeypatch):
    """Calls of `Recipe.export` by the command, as bound arguments."""
    calls = []

    class Trained:
        def export(self, *arguments, **settings):
            bound = inspect.signature(Recipe.export).bind(self, *arguments, **settings)
            calls.append(bound.arguments)
            return "the table"

    monkeypatch.setattr("kerastl.tasks.loading.load", lambda directory: Trained())
    return calls


def test_the_data_of_the_run_is_the_default(exported, digits_run, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["export", str(digits_run), str(out)]) == 0
    assert capsys.readouterr().out == "the table\n"
    (call,) = exported
    defaults = inspect.signature(Recipe.export).parameters
    # The command prints its progress whatever a call from Python does.
    options = set(defaults) - {"self", "directory", "data", "verbose"}
    for name in options:
        assert call[name] == defaults[name].default
    assert call["directory"] == out
    assert {name: len(split) for name, split in call["data"].splits.items()} == {
        "train": 29,
        "validation": 7,
        "test": 12,
    }


def test_settings(exported, digits_run, other_digits, tmp_path):
    command = ["export", str(digits_run), str(tmp_path / "out"), "--data", str(other_digits)]
    command += ["--formats", "tflite", "--quantize", "float32, int8", "--max-drop", "0.05"]
    command += ["--min-agreement", "none"]
    command += ["--max-pixels", "1000000", "--max-examples", "32"]
    assert main([*command, "--check-server", "--overwrite"]) == 0
    (call,) = exported
    assert call["formats"] == ("tflite",)
    assert call["quantize"] == ("float32", "int8")
    assert (call["max_drop"], call["min_agreement"]) == (0.05, None)
    assert call["check_server"] is True
    assert (call["max_pixels"], call["max_examples"]) == (1_000_000, 32)
    assert call["overwrite"] is True
    assert len(call["data"].train) == 48


def test_a_refused_file_fails_after_the_table(digits_run, tmp_path, monkeypatch, capsys):
    row = Artifact("tflite/int8", None, 9, 0.5, 0.6, 0.4, 1.0, "refused: accuracy falls")
    bundle = Bundle(tmp_path / "out", "image_classification", ("a", "b"), 90, 0.8, (row,))

    class Trained:
        def export(self, *arguments, on_refused, **settings):
            if on_refused == "report":
                return bundle
            raise RefusedError(bundle, [row])

    monkeypatch.setattr("kerastl.tasks.loading.load", lambda directory: Trained())
    command = ["export", str(digits_run), str(tmp_path / "out"), "--quantize", "int8"]
    assert main(command) == 2
    printed = capsys.readouterr()
    assert printed.out == f"{bundle}\n"
    assert printed.err.startswith("kerastl: error: Files that were asked for missed a bound")
    assert "pass --on-refused report to accept this" in printed.err
    assert printed.err.endswith("Received: tflite/int8 refused: accuracy falls\n")
    assert main([*command, "--on-refused", "report"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--formats", "tflit"], "Unknown format. Did you mean 'tflite'?"),
        (["--quantize", "float32,floot16"], "Unknown TFLite variant. Did you mean 'float16'?"),
    ],
)
def test_misspelt_names(arguments, said, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["export", str(tmp_path), str(tmp_path / "out"), *arguments])
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_verified_files_are_written(digits_run, tmp_path, capsys):
    out = tmp_path / "out"
    command = ["export", str(digits_run), str(out), "--formats", "tflite"]
    assert main([*command, "--quantize", "float32"]) == 0
    assert (out / "tflite/float32.tflite").is_file()
    assert (out / "labels.txt").read_text().split() == ["digit0", "digit1", "digit2"]
    assert "float32" in capsys.readouterr().out
