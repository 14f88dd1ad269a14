import json
import shutil

import pytest

import kerastl
from kerastl.cli.main import main
from kerastl.cli.run_data import read_run_data


def evaluate(capsys, *arguments):
    capsys.readouterr()
    assert main(["evaluate", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_the_test_split_of_the_run_is_the_default(digits, digits_run, capsys):
    data = kerastl.data.image_folder(digits, test_split=0.25, seed=3)
    expected = kerastl.load(digits_run).evaluate(data.test).to_dict()
    found = evaluate(capsys, digits_run)
    assert found.pop("split") == "test"
    assert found == json.loads(json.dumps(expected))
    assert evaluate(capsys, digits_run, digits)["examples"] == found["examples"]


def test_the_validation_split_is_that_of_training(digits_run):
    data = read_run_data(digits_run)
    again = read_run_data(digits_run)
    assert data.validation.encoded() == again.validation.encoded()
    trained_on = set(data.train.encoded())
    assert trained_on.isdisjoint(data.validation.encoded())
    # The seed of the run decides: with another one, other examples are held out.
    other = kerastl.data.splits.holdout.with_validation(
        kerastl.data.image_folder(read_path(digits_run), test_split=0.25, seed=3), seed=0
    )
    assert other.validation.encoded() != data.validation.encoded()


def read_path(run):
    from kerastl.cli.run_file.run import read_run

    return read_run(run / "run.yaml").data.path


def test_all_of_other_data_is_measured(other_digits, digits_run, capsys):
    found = evaluate(capsys, digits_run, other_digits)
    assert (found["split"], found["examples"]) == ("all", 48)


@pytest.mark.slow
def test_the_named_split_of_other_data(other_digits, digits_run, tmp_path, capsys):
    for part in ("train", "test"):
        shutil.copytree(other_digits, tmp_path / "parts" / part)
    (tmp_path / "parts/test/digit0/0.png").unlink()
    assert evaluate(capsys, digits_run, tmp_path / "parts")["examples"] == 47
    train = evaluate(capsys, digits_run, tmp_path / "parts", "--split", "train")
    assert (train["split"], train["examples"]) == ("train", 48)


def test_columns_of_another_table(reviews, reviews_run, tmp_path, capsys):
    other = tmp_path / "other.csv"
    other.write_text(reviews.read_text().replace("review,sentiment", "words,mood", 1))
    assert main(["evaluate", str(reviews_run), str(other)]) == 2
    assert "Unknown column" in capsys.readouterr().err
    found = evaluate(capsys, reviews_run, other, "--text", "words", "--label", "mood")
    assert (found["split"], found["examples"]) == ("all", 60)


def test_readable_metrics(digits_run, capsys):
    assert main(["evaluate", str(digits_run), "--split", "validation"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("validation examples\naccuracy ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--split", "tset"], "Unknown split of this data. Did you mean 'test'?"),
        (["nowhere"], "no such file or folder of data. Received: 'nowhere'"),
    ],
)
def test_what_evaluate_refuses(arguments, said, digits_run, capsys):
    assert main(["evaluate", str(digits_run), *arguments]) == 2
    assert said in capsys.readouterr().err


def test_no_test_split_must_be_said(digits, digits_run, tmp_path, capsys):
    run = tmp_path / "run"
    shutil.copytree(digits_run, run)
    text = (run / "run.yaml").read_text().replace("test_split: 0.25", "test_split: 0.0")
    (run / "run.yaml").write_text(text)
    assert main(["evaluate", str(run)]) == 2
    assert "no test split: name one with --split, among train, validation" in (
        capsys.readouterr().err
    )


def test_a_recipe_without_a_run_file(other_digits, digits_run, tmp_path, capsys):
    run = tmp_path / "run"
    shutil.copytree(digits_run, run, ignore=shutil.ignore_patterns("run.yaml"))
    assert main(["evaluate", str(run)]) == 2
    assert "no run.yaml that describes its data: name the data" in capsys.readouterr().err
    assert evaluate(capsys, run, other_digits)["examples"] == 48


def test_no_recipe(tmp_path, capsys):
    assert main(["evaluate", str(tmp_path / "none")]) == 2
    assert "No saved recipe is there" in capsys.readouterr().err
