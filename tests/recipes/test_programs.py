"""Each program runs unchanged on a few real examples."""

import csv
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kerastl as ktl
from kerastl.search import VectorIndex

RECIPES = Path(__file__).resolve().parents[2] / "recipes"
REVIEWS = Path(__file__).resolve().parents[1] / "reviews"


def run_alone(name, *arguments):
    """Run a program as a user does; return what it printed."""
    done = subprocess.run(
        [sys.executable, RECIPES / name, *map(str, arguments)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a program in this process, which has imported TensorFlow already."""

    def run_here(name, *arguments):
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        runpy.run_path(str(RECIPES / name), run_name="__main__")
        return capsys.readouterr().out

    return run_here


def first_reviews(name, count, table):
    """Write the first rows of a table in `tests/reviews` to a new table; return the rows."""
    with (REVIEWS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))[: count + 1]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return rows


def check(out, printed):
    assert "accuracy" in printed
    assert "tflite/int8" in printed
    assert (out / "bundle" / "saved_model" / "1" / "saved_model.pb").is_file()
    assert ktl.load(out / "recipe").class_names


@pytest.mark.slow
def test_photos(shared, mobilenet_weights, tmp_path, run):
    source = shared / "images" / "trashnet6_subset"
    for part in ("train", "test"):
        for folder in sorted((source / part).iterdir())[:2]:
            target = tmp_path / "data" / part / folder.name
            target.mkdir(parents=True)
            for photo in sorted(folder.iterdir())[:15]:
                shutil.copy(photo, target)
    out = tmp_path / "out"
    printed = run(
        "photos.py", "--data", tmp_path / "data", "--weights", mobilenet_weights, "--out", out
    )
    check(out, printed)


@pytest.mark.slow
def test_sentiment(short_minilm, tmp_path):
    table = tmp_path / "few.csv"
    first_reviews("movies", 80, table)
    out = tmp_path / "out"
    check(out, run_alone("sentiment.py", "--data", table, "--backbone", short_minilm, "--out", out))


@pytest.mark.slow
def test_movies_to_products(short_minilm, tmp_path, run):
    tables = {name: tmp_path / f"{name}.csv" for name in ("movies", "products")}
    for name, table in tables.items():
        first_reviews(name, 60, table)
    out = tmp_path / "out"
    given = [f"--{name}={table}" for name, table in tables.items()]
    printed = run("movies_to_products.py", *given, "--backbone", short_minilm, "--out", out)
    check(out, printed)
    assert "Adaptation: " in printed


@pytest.mark.slow
def test_catalogue_to_webcam(shared, mobilenet_weights, tmp_path, run):
    for name, count in (("amazon", 12), ("webcam", 8)):
        for folder in sorted((shared / "adaptation" / "office10_images" / name).iterdir())[:2]:
            target = tmp_path / name / folder.name
            target.mkdir(parents=True)
            for photo in sorted(folder.iterdir())[:count]:
                shutil.copy(photo, target)
    out = tmp_path / "out"
    given = ["--catalogue", tmp_path / "amazon", "--webcam", tmp_path / "webcam"]
    printed = run("catalogue_to_webcam.py", *given, "--weights", mobilenet_weights, "--out", out)
    check(out, printed)
    assert "Adaptation: " in printed


@pytest.mark.slow
def test_entities(short_minilm, tmp_path, run):
    sentences = (RECIPES / "names" / "sentences.conll").read_text(encoding="utf-8").split("\n\n")
    few = tmp_path / "few.conll"
    few.write_text("\n\n".join(sentences[:24]), encoding="utf-8")
    out = tmp_path / "out"
    printed = run("entities.py", "--data", few, "--backbone", short_minilm, "--out", out)
    assert "entity F1" in printed
    assert "tflite/dynamic" in printed
    assert (out / "bundle" / "saved_model" / "1" / "saved_model.pb").is_file()
    assert "B-person" in ktl.load(out / "recipe").class_names


@pytest.mark.slow
def test_search_reviews(short_minilm, tmp_path, run):
    table = tmp_path / "few.csv"
    rows = first_reviews("products", 60, table)
    out = tmp_path / "out"
    query = rows[6][0]
    given = ["--data", table, "--backbone", short_minilm, "--query", query, "--out", out]
    printed = run("search_reviews.py", *given)
    # A text is its own nearest neighbour.
    assert f"1.000  {query}" in printed.splitlines()[1]
    assert printed.count("accuracy") == 3
    assert "tflite/dynamic" in printed
    assert (out / "bundle" / "saved_model" / "1" / "saved_model.pb").is_file()
    assert len(VectorIndex.load(out / "index")) == 60


@pytest.mark.slow
def test_few_texts(short_minilm, tmp_path, run):
    table = tmp_path / "few.csv"
    first_reviews("products", 60, table)
    out = tmp_path / "out"
    given = ["--data", table, "--examples", 2, "--backbone", short_minilm, "--out", out]
    printed = run("few_texts.py", *given)
    assert "56 examples" in printed
    assert "tflite/dynamic" in printed
    assert (out / "bundle" / "saved_model" / "1" / "saved_model.pb").is_file()
    assert ktl.load(out / "recipe").class_names


@pytest.mark.slow
@pytest.mark.parametrize(("name", "metric"), [("several_labels", "micro-F1"), ("blur", "R²")])
def test_labels_and_numbers(name, metric, shared, mobilenet_weights, tmp_path, run):
    for folder in sorted((shared / "images" / "trashnet6_subset" / "train").iterdir())[:2]:
        target = tmp_path / "data" / folder.name
        target.mkdir(parents=True)
        for photo in sorted(folder.iterdir())[:20]:
            shutil.copy(photo, target)
    out = tmp_path / "out"
    given = ["--data", tmp_path / "data", "--weights", mobilenet_weights, "--out", out]
    printed = run(f"{name}.py", *given)
    assert metric in printed
    assert "saved_model" in printed
    assert ktl.load(out / "recipe").class_names
