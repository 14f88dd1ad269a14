import json

import pytest

from kerastl.cli.main import main

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


def test_a_missing_folder_is_an_error(tmp_path, capsys):
    assert main(["compare", str(tmp_path / "none"), "--backbones", "mobilenet"]) == 2
    assert "There is no such file or folder of data" in capsys.readouterr().err
