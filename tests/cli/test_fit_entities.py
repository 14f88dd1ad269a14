"""Named entities through the command line."""

import json

import pytest

from kerastl.cli.main import main

WORDS = ["Ada", "Bo", "met", "saw", "in", "Rome", "Oslo", "."]


@pytest.fixture
def tagged(tmp_path):
    """Sentences whose names stand in the same places."""
    people, places = ("Ada", "Bo"), ("Rome", "Oslo")
    sentences = [
        f"{people[i % 2]}\tB-person\n{('met', 'saw')[i % 3 % 2]}\tO\n"
        f"{people[(i + 1) % 2]}\tB-person\nin\tO\n{places[i % 4 // 2]}\tB-place\n.\tO\n"
        for i in range(40)
    ]
    path = tmp_path / "names.conll"
    path.write_text("\n".join(sentences), encoding="utf-8")
    return path


@pytest.mark.slow
def test_entities_are_found_from_file_to_prediction(tagged, tmp_path, capsys):
    run = tmp_path / "run"
    options = {"num_layers": 1, "num_heads": 2, "hidden_dim": 16, "intermediate_dim": 32}
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(word.lower() for word in WORDS)]
    command = ["fit", str(tagged), "--out", str(run), "--weights", "none", "--test-split", "0.2"]
    for name, value in {**options, "max_sequence_length": 16}.items():
        command += ["--option", f"{name}={value}"]
    command += ["--option", f"vocabulary={json.dumps(vocabulary)}", "--learning-rate", "0.01"]
    assert main([*command, "--schedule", "full_fine_tune", "--epochs", "8", "--quiet"]) == 0
    capsys.readouterr()
    assert main(["evaluate", str(run)]) == 0
    assert "person" in capsys.readouterr().out
    assert main(["predict", str(run), "Ada met Bo in Rome .", "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert [each["text"] for each in answer["entities"]] == ["Ada", "Bo", "Rome"]
    assert main(["predict", str(run), "Ada met Bo in Rome ."]) == 0
    assert "'Rome' place" in capsys.readouterr().out


def test_a_task_without_data_is_refused(tagged, tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text(f"data: {{path: {tagged}}}\nrecipe: {{task: embedding}}\n", encoding="utf-8")
    assert main(["fit", str(path), "--out", str(tmp_path / "run")]) != 0
