"""Names cannot act where people read them: terminal, model card, page, plot."""

import json
import shutil
import subprocess
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from markdown_it import MarkdownIt

import kerastl as ktl
from kerastl.artifacts import Artifact, Bundle
from kerastl.artifacts.bundle.markup import markdown_text
from kerastl.artifacts.bundle.model_card import model_card
from kerastl.artifacts.bundle.report_page import report_page
from kerastl.basics.printable import printable, printable_lines
from kerastl.basics.printer import printer, show
from kerastl.basics.utf8 import is_utf8
from kerastl.cli.main import main
from kerastl.comparing.compared_backbone import ComparedBackbone
from kerastl.comparing.table import table_lines
from kerastl.data.assembly.label_alignment import align_labels
from kerastl.search.hit import Hit
from kerastl.tasks.classification.evaluation import ClassMetrics, Evaluation
from kerastl.tasks.classification.prediction import Prediction
from kerastl.tasks.multi_label.evaluation import LabelMetrics, MultiLabelEvaluation
from kerastl.tasks.multi_label.prediction import MultiLabelPrediction
from kerastl.tasks.object_detection.evaluation import ClassPrecision, DetectionEvaluation
from kerastl.tasks.object_detection.prediction import Detection
from kerastl.tasks.regression.evaluation import RegressionEvaluation, TargetMetrics
from kerastl.tasks.regression.prediction import RegressionPrediction
from kerastl.tasks.token_classification.evaluation import EntityEvaluation
from kerastl.tasks.token_classification.prediction import Entity
from tests.security.hostile_names import NAMES, PLAIN

UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")
JOINERS = "\u200c\u200d"


def acts(text):
    """Return the characters that a terminal obeys or hides, apart from line feeds."""
    return [c for c in text if unicodedata.category(c) in UNSAFE and c not in JOINERS + "\n"]


def test_the_names_act_where_nothing_is_escaped():
    assert acts("\n".join(NAMES))
    assert {"script", "img"} <= set(tags_of("\n".join(NAMES)))
    assert {"link", "image", "html"} <= set(markdown_of("\n\n".join(NAMES)))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one_harmless_line(name):
    shown = printable(name)
    assert not acts(shown)
    assert "\n" not in shown
    shown.encode()
    assert printable(shown) == shown


@pytest.mark.parametrize("name", PLAIN)
def test_letters_of_all_languages_stay(name):
    assert printable(name) == name


# Terminal


def shown_objects(names):
    """Return what is printed of each kind of result that has names in it."""
    one, two = names
    half = {one: 0.5, two: 0.5}
    labels = np.array([0, 1])
    scores = np.array([[0.4, 0.6], [0.6, 0.4]])
    yield Prediction(one, 0.5, half)
    yield MultiLabelPrediction(tuple(names), half)
    yield RegressionPrediction({one: 1.0}, {one: (0.0, 2.0)})
    yield Detection((0.0, 0.0, 1.0, 1.0), one, 0.5)
    yield Entity(0, 1, one, 0.5, two)
    yield Hit(0, one, 0.5)
    yield Evaluation.from_probabilities(scores, labels, names)
    metrics = dict.fromkeys(names, LabelMetrics(0.5, 0.5, 0.5, 0.5, 1, 0.5))
    yield MultiLabelEvaluation(2, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, metrics)
    yield RegressionEvaluation(2, 0.5, 0.9, dict.fromkeys(names, TargetMetrics(1, 1, 1, 1, 1)))
    yield DetectionEvaluation(0.5, 0.5, dict.fromkeys(names, ClassPrecision(0.5, 0.5, 1)), 2)
    metrics = dict.fromkeys(names, ClassMetrics(0.5, 0.5, 0.5, 1))
    yield EntityEvaluation(2, 0.5, 0.5, 0.5, (0.4, 0.6), 0.5, 0.5, metrics)
    yield Bundle(Path(one.replace("\0", "")), "task", names, 2, 0.5, (
        Artifact(one, None, 1, 0.5, 0.5, 0.5, 0.5, f"refused: {two}", one),
    ), metric=one)  # fmt: skip
    yield "\n".join(table_lines([ComparedBackbone(one, problem=two)], ()))


@pytest.mark.parametrize("name", [name for name in NAMES if acts(name) or "\n" in name])
def test_results_with_such_names_print_as_with_others(name):
    ordinary = [str(each).count("\n") for each in shown_objects(("a", "b"))]
    shown = [str(each) for each in shown_objects((name, f"{name}2"))]
    assert not acts("".join(shown))
    assert [each.count("\n") for each in shown] == ordinary


def test_a_summary_shows_names_of_classes_and_files():
    texts, names = ["a", "b", "c", "d"], ["cat \u202egpj", "dog"]
    data = ktl.data.arrays(texts, [names[0], names[1]] * 2)
    data.skipped.append(("a\x1b[2J\nb.png", "cannot be read (\x9b31m)"))
    data.notes.append("ignored: \u2066x\x07")
    lines = data.summary().split("\n")
    assert not acts("".join(lines))
    assert r"cat \u202egpj" in lines[2]
    assert lines[-2] == r"left out: a\u001b[2J\u000ab.png (cannot be read (\u009b31m))"


def test_progress_and_json_lines_are_escaped(capsys):
    printer(1)(f"first\n{NAMES[16]}")
    show(json.dumps({"label": "\x9b31m \u202e \U000e0041"}, ensure_ascii=False))
    first, second, last = capsys.readouterr().out.splitlines()
    assert (first, acts(second + last)) == ("first", [])
    assert json.loads(last) == {"label": "\x9b31m \u202e \U000e0041"}
    assert printable_lines("a\nb\rc") == "a\nb\\u000dc"


def test_an_error_of_the_command_line_is_escaped(tmp_path, capsys):
    folder = tmp_path / "a\x1b[2J\u202eb"
    folder.mkdir()
    (folder / "run.yaml").write_text("data: [")
    assert main(["fit", str(folder / "run.yaml")]) == 2
    printed = capsys.readouterr().err
    assert not acts(printed)
    assert r"a\u001b[2J\u202eb" in printed


# Model card and report


def bundle_of(names, folder="bundle"):
    row = Artifact(names[0], Path("a"), 1, 0.5, 0.5, 0.5, 0.5, f"refused: {names[0]}", names[0])
    return Bundle(Path(folder), "image_classification", tuple(names), 9, 0.5, (row,))


def card_of(names, folder="bundle"):
    described = {
        "data": {
            "held_out": dict.fromkeys(names, 1), "calibration_examples": 1, "parameters": 1,
        },
        "agreement": "examples", "preprocessing": {}, "versions": {"kerastl": "1"},
    }  # fmt: skip
    return model_card(bundle_of(names, folder), described, [])


def markdown_of(text):
    """Return the kinds of what Markdown that admits HTML makes of a text."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    kinds = []
    for token in parser.parse(text):
        inner = [each.type for each in token.children or ()]
        kinds += [each.split("_")[0] for each in (token.type, *inner)]
    return kinds


def texts_of(text):
    """Return the texts of a Markdown document as they are rendered."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    inline = [token for token in parser.parse(text) if token.type == "inline"]
    return ["".join(each.content for each in token.children) for token in inline]


@pytest.mark.parametrize("name", [*NAMES, *PLAIN])
def test_a_model_card_renders_a_name_as_its_text(name):
    names = (name, f"other {name}")
    card = card_of(names, folder=name.replace("/", "").replace("\0", "") or "x")
    assert not acts(card)
    assert set(markdown_of(card)) == set(markdown_of(card_of(("a", "b"))))
    title, classes = texts_of(card)[:2]
    assert classes == f"Image classification, classes: {', '.join(map(printable, names))}."
    assert title == printable(Path(name.replace("/", "").replace("\0", "")).name)
    assert card.count("\n") == card_of(("a", "b")).count("\n")


def test_addresses_are_no_links_in_a_model_card():
    shown = markdown_text("https://a.org www.a.org x@a.org javascript:y")
    assert shown == r"https\://a.org www\.a.org x\@a.org javascript\:y"


class Tags(HTMLParser):
    """Collects elements with their attributes, and texts."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts = [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, tuple(name for name, _ in attributes)))

    def handle_data(self, data):
        self.texts.append(data)


def tags_of(page):
    parser = Tags()
    parser.feed(page)
    parser.close()
    return [tag for tag, _ in parser.tags]


@pytest.mark.parametrize("name", [*NAMES, *PLAIN])
def test_a_report_has_the_elements_of_any_other_report(name):
    parsers = Tags(), Tags()
    for parser, names in zip(parsers, (("a", "b"), (name, f"other {name}")), strict=True):
        page = report_page(bundle_of(names, names[0].replace("/", "")), [(0.9, 0.8, 9)])
        assert not acts(page)
        parser.feed(page)
        parser.close()
    assert parsers[0].tags == parsers[1].tags
    assert {printable(name), f"other {printable(name)}"} <= set(parsers[1].texts)


@pytest.mark.skipif(shutil.which("node") is None, reason="install Node.js")
def test_the_page_escapes_the_same_characters():
    module = Path(__file__).resolve().parents[2] / "export" / "web" / "printable.js"
    names = [name for name in (*NAMES, *PLAIN) if is_utf8(name)]
    code = f"import {{ printable }} from {json.dumps(module.as_uri())};" + (
        f"console.log(JSON.stringify({json.dumps(names)}.map(printable)));"
    )
    command = ["node", "--input-type=module", "-e", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    for name, shown in zip(names, json.loads(done.stdout), strict=True):
        assert not acts(shown)
        assert (shown == name) is (printable(name) == name)


@pytest.mark.parametrize("name", NAMES)
def test_predictions_are_one_line_of_the_command_line(name, capsys, monkeypatch):
    found = [Prediction(name, 0.5, {name: 0.5}), [Detection((0, 0, 1, 1), name, 0.5)], name]
    recipe = SimpleNamespace(modality="text", predict=lambda inputs, **options: found)
    monkeypatch.setattr("kerastl.tasks.loading.load", lambda directory: recipe)
    assert main(["predict", "run", name, name, name]) == 0
    lines = capsys.readouterr().out.split("\n")
    assert not acts("".join(lines).replace("\t", ""))
    assert [line.count("\t") for line in lines] == [2, 1, 1, 0]


def test_an_argument_in_an_error_of_the_parser_is_escaped(capsys):
    with pytest.raises(SystemExit):
        main(["evaluate", "run", "--x\x1b[2J"])
    assert not acts(capsys.readouterr().err)


def test_labels_of_other_data_are_escaped_in_an_error():
    data = ktl.data.arrays(["a", "b"] * 4, ["cat \u202egpj", "dog"] * 4)
    with pytest.raises(ValueError, match=r"Received: cat \\u202egpj$") as error:
        align_labels(data.train, ["dog", "x\u2066"])
    assert not acts(str(error.value))
