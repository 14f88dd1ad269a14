"""What the run folder and the inspection of every task promise."""

import csv
import json
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import kerastl as ktl
from kerastl.tasks.registry import TASKS
from tests.contracts.recipes_under_test import Case, case

QUICK = {"image_classification", "text_classification"}
ALL = [pytest.param(t, marks=() if t in QUICK else pytest.mark.slow) for t in TASKS]


class Page(HTMLParser):
    """The ids, images and addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        if tag == "section":
            self.ids.append(str(named.get("id")))
        if tag == "img":
            self.images.append(named)
        self.addresses += [str(v) for k, v in attrs if k in ("src", "href", "xlink:href") and v]


@dataclass
class Reported:
    """A run folder that `fit` wrote."""

    case: Case
    recipe: ktl.Recipe
    folder: Path


@pytest.fixture(scope="module", params=ALL)
def reported(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Reported:
    chosen = case(request.param, tmp_path_factory.mktemp("data"))
    recipe = chosen.make()
    folder = tmp_path_factory.mktemp("runs") / "a run"
    recipe.fit(chosen.data, chosen.quick, run_dir=folder, verbose=0)
    return Reported(chosen, recipe, folder)


def test_a_run_folder_has_the_recipe_and_the_report(reported):
    names = {path.name for path in reported.folder.iterdir()}
    assert {"report.html", "evaluation.json", "history.csv", "decision.txt"} <= names
    loaded = ktl.load(reported.folder)
    assert len(loaded.predict(reported.case.raw[:1])) == 1


def test_the_page_has_every_part_and_needs_no_other_file(reported):
    page = Page((reported.folder / "report.html").read_text(encoding="utf-8"))
    assert {"metrics", "training", "data", "files"} <= set(page.ids)
    assert "script" not in page.tags
    own = {"evaluation.json", "history.csv", "decision.txt"}
    elsewhere = [a for a in page.addresses if not a.startswith(("data:", "#")) and a not in own]
    assert not elsewhere
    assert all(image["alt"] for image in page.images)
    assert "svg" in page.tags


def test_the_metrics_on_the_page_are_those_of_evaluate(reported):
    evaluation = reported.recipe.evaluate(reported.case.data.test)
    written = json.loads((reported.folder / "evaluation.json").read_text())
    assert written["evaluated_on"] == "the test split"
    expected = json.loads(json.dumps(evaluation.to_dict()).replace("NaN", "null"))
    assert written.keys() - {"evaluated_on"} == expected.keys()
    assert written["intervals"].keys() == expected["intervals"].keys()
    figure = reported.case.figure(evaluation)
    assert f"{figure:.3f}" in (reported.folder / "report.html").read_text(encoding="utf-8")


def test_the_history_has_a_row_for_each_epoch(reported):
    with (reported.folder / "history.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    history = reported.recipe.history
    assert len(rows) == len(history.epoch)
    name = next(iter(history.history))
    assert float(rows[0][name]) == pytest.approx(history.rows[0][name])


@pytest.mark.parametrize("task", ALL)
def test_every_kind_of_data_is_inspected(task, tmp_path):
    chosen = case(task, tmp_path)
    found = chosen.data.inspect(chosen.make().backbone, verbose=0)
    assert not [note for note in found.notes if "not checked" in note]
    assert found.seconds["labels"] >= 0
    path = found.write_page(tmp_path / "page.html", "<b>data</b>")
    page = Page(path.read_text(encoding="utf-8"))
    assert "counts" in page.ids
    assert "<b>data" not in path.read_text(encoding="utf-8")
    assert all(image["alt"] for image in page.images)
    assert len(found.to_frame()) == sum(found.totals.values())
    assert all(len(line) <= 100 for line in str(found).splitlines())
