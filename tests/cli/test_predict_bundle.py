import csv
import io
import json
import subprocess
import sys
import time

import pytest

import kerastl as ktl
from kerastl.cli.main import main

TEXTS = ["Never once bored.", "", "A dull, long evening."]
COMMAND = [sys.executable, "-m", "kerastl", "predict"]


@pytest.fixture(scope="module")
def bundles(digits_run, reviews_run, tmp_path_factory):
    """Bundles of both runs with one LiteRT file each."""
    folder = tmp_path_factory.mktemp("bundles")
    for name, run in (("digits", digits_run), ("reviews", reviews_run)):
        command = ["export", str(run), str(folder / name), "--formats", "tflite"]
        command += ["--quantize", "float32", "--max-drop", "none", "--min-agreement", "none"]
        assert main(command) == 0
    return folder


def test_a_bundle_answers_like_its_run(digits, digits_run, bundles, capsys):
    paths = [str(digits / "digit1/3.png"), str(digits / "digit2/5.png")]
    capsys.readouterr()
    assert main(["predict", str(digits_run), *paths]) == 0
    expected = capsys.readouterr().out
    assert main(["predict", str(bundles / "digits"), *paths, "--format", "float32"]) == 0
    assert capsys.readouterr().out == expected


def test_a_folder_and_a_pattern(digits, bundles, capsys):
    capsys.readouterr()
    assert main(["predict", str(bundles / "digits"), str(digits)]) == 0
    every = capsys.readouterr().out.splitlines()
    assert len(every) == 48
    assert main(["predict", str(bundles / "digits"), str(digits / "digit1/*.png")]) == 0
    some = capsys.readouterr().out.splitlines()
    assert some == [line for line in every if "digit1/" in line]


def test_standard_input_as_json_and_as_a_table(reviews_run, bundles, monkeypatch, capsys):
    expected = ktl.load(reviews_run).predict(TEXTS)
    capsys.readouterr()
    printed = {}
    for form in ("--json", "--csv"):
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(TEXTS) + "\n"))
        assert main(["predict", str(bundles / "reviews"), "-", form]) == 0
        printed[form] = capsys.readouterr().out
    rows = json.loads(printed["--json"])
    table = list(csv.DictReader(io.StringIO(printed["--csv"])))
    for row, line, text, each in zip(rows, table, TEXTS, expected, strict=True):
        assert row["input"] == line["input"] == text
        assert row["label"] == line["label"] == each.label
        assert row["probabilities"] == pytest.approx(each.probabilities, abs=1e-4)
        for name, probability in each.probabilities.items():
            assert float(line[f"probability of {name}"]) == pytest.approx(probability, abs=1e-4)


def test_a_run_is_printed_as_a_table_too(digits, digits_run, bundles, capsys):
    printed = []
    for place in (digits_run, bundles / "digits"):
        capsys.readouterr()
        assert main(["predict", str(place), str(digits / "digit1/3.png"), "--csv"]) == 0
        printed.append(list(csv.reader(io.StringIO(capsys.readouterr().out))))
    ours, theirs = printed
    assert ours[0] == theirs[0]
    assert ours[0][:3] == ["input", "label", "probability"]
    assert ours[1][:2] == theirs[1][:2]


def test_a_line_break_in_a_text_makes_no_second_row(bundles, capsys):
    capsys.readouterr()
    assert main(["predict", str(bundles / "reviews"), "a\nb, \x1b[2Jc", "--csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith('"a\\u000ab, \\u001b[2Jc",')


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{bundles}/digits", "missing.png"], "missing.png: there is no such file"),
        (["{bundles}/digits", "{digits}", "--format", "int8"], "Received: 'int8'"),
        (["{digits_run}", "a.png", "--format", "int8"], "a trained recipe has none: leave it out"),
        (["{bundles}/reviews", "fine", "--pixel-range", "0", "1"], "Texts take no `pixel_range`"),
    ],
)
def test_errors_are_one_sentence(arguments, said, bundles, digits, digits_run, capsys):
    places = {"bundles": bundles, "digits": digits, "digits_run": digits_run}
    assert main(["predict", *(each.format(**places) for each in arguments)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_both_forms_at_once_are_refused(bundles):
    with pytest.raises(SystemExit):
        main(["predict", str(bundles / "digits"), "a.png", "--json", "--csv"])


def test_one_image_from_the_shell_takes_a_moment_and_says_nothing_else(digits, bundles):
    """Two of three runs may be slow on a busy machine; TensorFlow alone takes longer than this."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.run(
            [*COMMAND, str(bundles / "digits"), str(digits / "digit1/3.png")],
            capture_output=True,
            text=True,
            check=True,
        )
        times.append(time.perf_counter() - start)
        assert done.stderr == ""
        assert len(done.stdout.splitlines()) == 1
    assert min(times) < 3
