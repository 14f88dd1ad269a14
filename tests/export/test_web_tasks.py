"""The web app answers for every task as `load_bundle` does."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import kerastl as ktl
from kerastl.artifacts import Bundle
from kerastl.cli.apps.receiver import find_receiver
from tests.contracts.recipes_under_test import Case, case
from tests.export.test_web import app_of, chromium, page  # noqa: F401
from tests.export.web_page import AXE, NONE, Server

pytestmark = pytest.mark.slow
TASKS = [
    "text_classification", "text_multi_label_classification", "image_multi_label_classification",
    "text_regression", "image_regression", "object_detection", "token_classification",
]  # fmt: skip


@dataclass(frozen=True)
class Exported:
    case: Case
    bundle: Bundle


@pytest.fixture(scope="module", params=TASKS)
def exported(request, tmp_path_factory) -> Exported:
    chosen = case(request.param, tmp_path_factory.mktemp("data"))
    recipe = chosen.make()
    recipe.fit(chosen.data, chosen.quick, verbose=0)
    folder = tmp_path_factory.mktemp("bundle") / "an_app"
    bundle = recipe.export(
        folder, formats=("tflite",), quantize=("float32",), max_drop=None, min_agreement=None
    )
    return Exported(chosen, bundle)


def near(value: float) -> Any:
    """What equals a score up to the order in which runtimes add; browsers decode like Pillow."""
    return pytest.approx(value, rel=1e-3, abs=1e-3)


def same_classes(answer, shown):
    assert shown["title"] == (answer.label or NONE)
    assert {label: score for label, score, _ in shown["rows"]} == {
        label: near(score) for label, score in answer.probabilities.items()
    }


def same_labels(answer, shown):
    assert tuple(label for label, _, given in shown["rows"] if given) == answer.labels
    assert shown["title"] == (", ".join(answer.labels) or "No label")
    assert {label: score for label, score, _ in shown["rows"]} == {
        label: near(score) for label, score in answer.probabilities.items()
    }


def same_numbers(answer, shown):
    assert [[name, value] for name, value, _ in shown["numbers"]] == [
        [name, near(value)] for name, value in answer.values.items()
    ]
    for (_, _, interval), (low, high) in zip(
        shown["numbers"], answer.intervals.values(), strict=True
    ):
        ends = [float(end) for end in interval.split(" to ")]
        assert ends == [pytest.approx(low, rel=2e-3), pytest.approx(high, rel=2e-3)]


def same_boxes(answer, shown):
    sure = [each for each in answer if each.score >= 0.3]
    assert [label for label, _, _ in shown["boxes"]] == [each.label for each in sure]
    assert sure
    side = 48
    for (_, score, corners), each in zip(shown["boxes"], sure, strict=True):
        assert score == near(each.score)
        assert [share * side for share in corners] == pytest.approx(each.box, abs=0.05)
    assert [label for label, _, _ in shown["rows"]] == [each.label for each in sure]


def same_entities(answer, shown):
    assert shown["entities"] == [
        [each.start, each.end, each.label, near(each.score)] for each in answer
    ]


SAME = {
    "text_classification": same_classes,
    "text_multi_label_classification": same_labels,
    "image_multi_label_classification": same_labels,
    "text_regression": same_numbers,
    "image_regression": same_numbers,
    "object_detection": same_boxes,
    "token_classification": same_entities,
}


def test_the_app_answers_as_the_python_reader_does(exported, page, tmp_path):  # noqa: F811
    model = ktl.load_bundle(exported.bundle.directory)
    given = exported.case.raw[:1]
    if model.modality == "text":
        # Longer than the model reads at once, with a letter of two UTF-16 units.
        given += list(exported.case.data.test.inputs[:20])
        given += ["🎬 " + " ".join(map(str, given)), "no <b>HTML</b> & so on"]
    with Server(app_of(exported.bundle, tmp_path / "app")) as server:
        assert page("open", server.address) == "Ready"
        page("seen", "#offline")
        for raw in given:
            shown = page("write", raw) if model.modality == "text" else page("drop", Path(raw))
            assert shown["status"] == "Done"
            (answer,) = model.predict([raw], allow_unknown=model.tells_unknown)
            SAME[model.task](answer, shown)
        assert page("axe", AXE) == []
        server.stop()
        assert page("reload") == "Ready"
        again = page("write", given[-1]) if model.modality == "text" else page("drop", given[-1])
    assert again == shown


def test_an_empty_text_asks_for_one(reviews, page, tmp_path):  # noqa: F811
    with Server(app_of(reviews.bundle, tmp_path / "app")) as server:
        page("open", server.address)
        assert page("write", " \n")["status"] == "Type or paste a text."
        assert page("write", reviews.items[0])["title"] in [*reviews.bundle.labels, NONE]


def test_every_task_but_embedding_has_an_app():
    from kerastl.tasks.registry import TASKS

    assert all(find_receiver("web", task).name == "web" for task in TASKS)
