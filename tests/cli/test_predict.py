import io
import json
from types import SimpleNamespace

import pytest

import kerastl
from kerastl.cli.main import main

TEXTS = ["Never once bored.", "", "A dull, long evening."]


@pytest.mark.slow
def test_images(digits, digits_run, capsys):
    paths = [str(digits / "digit1/3.png"), str(digits / "digit2/5.png")]
    expected = kerastl.load(digits_run).predict(paths)
    capsys.readouterr()
    assert main(["predict", str(digits_run), *paths]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{each.label}\t{each.probability:.3f}\t{path}"
        for each, path in zip(expected, paths, strict=True)
    ]


@pytest.mark.parametrize(
    "source", [pytest.param("arguments", marks=pytest.mark.slow), "standard input"]
)
def test_texts_as_json(source, reviews_run, monkeypatch, capsys):
    expected = kerastl.load(reviews_run).predict(TEXTS)
    inputs = TEXTS
    if source == "standard input":
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(TEXTS) + "\n"))
        inputs = ["-"]
    capsys.readouterr()
    assert main(["predict", str(reviews_run), *inputs, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["input"] for row in rows] == TEXTS
    assert [row["label"] for row in rows] == [each.label for each in expected]
    for row, each in zip(rows, expected, strict=True):
        assert row["probabilities"] == pytest.approx(each.probabilities, abs=1e-6)


def test_nothing_on_standard_input(reviews_run, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["predict", str(reviews_run), "-"]) == 2
    assert "There is no input to predict" in capsys.readouterr().err


def test_an_image_that_is_not_there(digits_run, capsys):
    assert main(["predict", str(digits_run), "missing.png"]) == 2
    error = capsys.readouterr().err
    assert "missing.png: there is no such file" in error
    assert "Traceback" not in error


def test_folders_and_patterns(tmp_path, monkeypatch, capsys):
    for name in ("a/1.png", "2.png", "a/.hidden.png", ".cache/3.png", "notes.txt", "[x].png"):
        (tmp_path / "new" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "new" / name).touch()
    trained = SimpleNamespace(
        modality="image", predict=lambda inputs, pixel_range: ["cat"] * len(inputs)
    )
    monkeypatch.setattr("kerastl.tasks.loading.load", lambda directory: trained)
    monkeypatch.chdir(tmp_path / "new")

    def printed(*inputs):
        assert main(["predict", "run", *inputs]) == 0
        return [line.removeprefix("cat\t") for line in capsys.readouterr().out.splitlines()]

    assert printed(".") == ["2.png", "[x].png", "a/1.png"]
    assert printed("*.png", "[x].png", "b.png") == ["2.png", "[x].png", "[x].png", "b.png"]
    assert printed("**/*.png") == ["2.png", "[x].png", "a/1.png"]
    (tmp_path / "new/empty").mkdir()
    for place, said in (("empty", "The folder has no images"), ("*.jpg", "No image matches")):
        assert main(["predict", "run", place]) == 2
        assert said in capsys.readouterr().err
    trained.modality = "text"
    assert printed("*.png", "a") == ["*.png", "a"]


def test_no_recipe(tmp_path, capsys):
    assert main(["predict", str(tmp_path), "a.png"]) == 2
    assert "has no saved recipe" in capsys.readouterr().err


def test_bytes_that_are_not_utf8_on_standard_input(reviews_run, monkeypatch, capsys):
    lines = io.TextIOWrapper(io.BytesIO(b"Never bored.\ncaf\xe9\n"), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", lines)
    assert main(["predict", str(reviews_run), "-"]) == 2
    error = capsys.readouterr().err
    assert "1 of 2 texts" in error
    assert "for example 1" in error


def test_a_range_of_pixels_is_no_option_of_texts(reviews_run, capsys):
    assert main(["predict", str(reviews_run), "Fine.", "--pixel-range", "0", "1"]) == 2
    assert "Texts take no `pixel_range`" in capsys.readouterr().err
