"""Names and texts cannot act in a notebook: every kind of result, every hostile name."""

from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import kerastl as ktl
from kerastl.artifacts import Artifact, Bundle
from kerastl.comparing.compared_backbone import ComparedBackbone
from kerastl.comparing.comparison import Comparison
from kerastl.data.splits.split import Split
from kerastl.data.splits.tagged_split import TaggedSplit
from kerastl.seeing.explaining.text_explanation import TextExplanation
from kerastl.seeing.notebook.markup import card, marked, table
from kerastl.tasks.classification.evaluation import Evaluation
from kerastl.tasks.classification.prediction import Prediction
from kerastl.tasks.multi_label.evaluation import MultiLabelEvaluation
from kerastl.tasks.multi_label.prediction import MultiLabelPrediction
from kerastl.tasks.regression.evaluation import RegressionEvaluation
from kerastl.tasks.regression.prediction import RegressionPrediction
from kerastl.tasks.token_classification.evaluation import EntityEvaluation
from kerastl.training.phases.history import PhasedHistory
from tests.security.hostile_names import NAMES, PLAIN
from tests.security.test_shown_text import acts


class Elements(HTMLParser):
    """Collects elements with the names of their attributes."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, tuple(name for name, _ in attributes)))


def elements(html):
    parser = Elements()
    parser.feed(html)
    parser.close()
    return parser.tags


def shown_objects(names):
    """Return every result that a notebook shows, with names, texts and classes in it."""
    one, two = names
    texts = [one, two, f"{one} {two}", two]
    split = Split("text", texts, [0, 1, 0, 1], names)
    yield ktl.data.Dataset(split, skipped=[(one, two)], notes=[one])
    yield split
    yield split[0]
    scores = np.array([[0.4, 0.6], [0.6, 0.4], [0.9, 0.1], [0.2, 0.8]])
    evaluation = Evaluation.from_probabilities(scores, np.array([0, 1, 0, 1]), names, split)
    other = Evaluation.from_probabilities(scores[::-1], np.array([0, 1, 0, 1]), names, split)
    yield evaluation
    yield evaluation.worst(3)
    yield evaluation.compare(other)
    yield evaluation.plot_worst(2)
    many = np.array([[1, 0], [0, 1], [1, 1], [0, 0]])
    yield MultiLabelEvaluation.from_probabilities(scores, many, names, [0.5, 0.5], split)
    yield RegressionEvaluation.from_numbers(scores, many * 1.0, names, [0.1, 0.1], 0.9, split)
    words = [[[0, len(text)]] for text in texts]
    tags = ["O", f"B-{one}", f"I-{one}"]
    tagged = TaggedSplit(texts, words, [[1], [0], [1], [0]], tags)
    found = [[tags[1]], [tags[1]], [tags[0]], [tags[0]]]
    true = [tagged.tags(i) for i in range(4)]
    yield EntityEvaluation.from_tags(found, true, None, tagged)
    yield Prediction(one, 0.5, {one: 0.5, two: 0.5})
    yield MultiLabelPrediction(tuple(names), {one: 0.5, two: 0.5})
    yield RegressionPrediction({one: 1.0}, {one: (0.0, 2.0)})
    row = Artifact(one, Path("a"), 1, 0.5, 0.5, 0.5, 0.5, f"refused: {two}", one)
    yield Bundle(Path(one.replace("\0", "")), "task", names, 9, 0.5, (row,), metric=two)
    yield Comparison((ComparedBackbone(one, problem=two),), 1, 1, 1.0)
    history = PhasedHistory()
    history.kept_instead = one
    yield history
    yield TextExplanation(f"{one} {two}", two, 0.5, np.array([[0, len(one)]]), np.array([1.0]))


@pytest.mark.parametrize("name", [*NAMES, *PLAIN])
def test_a_notebook_has_the_elements_of_any_other_name(name):
    ordinary = [elements(each._repr_html_()) for each in shown_objects(("aaaa", "bbbb"))]
    for each, expected in zip(shown_objects((name, f"{name}2")), ordinary, strict=True):
        html = each._repr_html_()
        assert not acts(html.replace("\n", "")), type(each)
        assert elements(html) == expected, type(each)


def test_the_names_would_act_unescaped():
    assert elements("".join(NAMES))


def test_a_table_is_cut_and_says_so():
    html = table(["class", "count"], [[f"class {n}", n] for n in range(10_000)])
    assert html.count("<tr>") == 31
    assert "… 9,970 more rows" in html


def test_marks_do_not_overlap_and_keep_the_text():
    html = marked("Ada <Lovelace> came", [(0, 14, "person"), (4, 14, "other"), (15, 19, "verb")])
    assert html.count("<mark>") == 2
    assert "Ada &lt;Lovelace&gt;" in html


def test_an_image_that_is_gone_has_a_place():
    html = card(None, ["glass"], alt="a photo", right=False)
    assert "cannot be read" in html
    assert "<img" not in html
    assert 'class="wrong"' in html
