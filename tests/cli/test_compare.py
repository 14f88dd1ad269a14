import json

import pytest

from kerastl.cli.main import main
from kerastl.comparing.compared_backbone import ComparedBackbone
from kerastl.comparing.comparison import Comparison

SMALL = "mobilenet_v2,alpha=0.35,weights=none"


@pytest.mark.slow
def test_backbones_are_ranked_and_drawn(digits, tmp_path, capsys):
    image = tmp_path / "backbones.png"
    command = ["compare", str(digits), "--test-split", "0.25", "--no-export", "--json"]
    command += ["--cache", str(tmp_path / "features"), "--plot", str(image), "--seed", "3"]
    assert main([*command, "--backbones", SMALL, "mobilnet"]) == 0
    found = json.loads(capsys.readouterr().out)
    measured, failed = found["rows"]
    assert (found["training_examples"], found["validation_examples"]) == (29, 7)
    assert measured["name"] == "mobilenet_v2(alpha=0.35)"
    assert measured["random_weights"]
    assert 0 <= measured["accuracy"] <= 1
    assert "Did you mean 'mobilenet'" in failed["problem"]
    assert image.read_bytes().startswith(b"\x89PNG")
    assert any((tmp_path / "features").iterdir())


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--backbones", "mobilenet,alpha"], "options after a backbone must be NAME=VALUE"),
        ([], "the following arguments are required: --backbones"),
    ],
)
def test_what_cannot_be_read_is_said(digits, arguments, problem, capsys):
    with pytest.raises(SystemExit):
        main(["compare", str(digits), *arguments])
    assert problem in capsys.readouterr().err


def test_nothing_measured_is_an_error_after_the_table(digits, tmp_path, monkeypatch, capsys):
    rows = [ComparedBackbone(name, problem="ImportError: x") for name in ("bert", "mobilnet")]
    found = Comparison.of(rows, training_examples=1, validation_examples=1, ranking_seconds=1.0)
    monkeypatch.setattr("kerastl.comparing.compare.compare", lambda *given, **settings: found)
    plot = tmp_path / "plot.png"
    command = ["compare", str(digits), "--backbones", "bert", "mobilnet", "--plot", str(plot)]
    assert main(command) == 2
    printed = capsys.readouterr()
    assert printed.out == f"{found}\n"
    assert "No backbone could be measured. Received: bert: ImportError" in printed.err
    assert not plot.exists()


def test_a_missing_folder_is_an_error(tmp_path, capsys):
    assert main(["compare", str(tmp_path / "none"), "--backbones", "mobilenet"]) == 2
    assert "There is no such file or folder of data" in capsys.readouterr().err
