"""Drawings inside pages."""

import sys
import xml.etree.ElementTree as ElementTree

import matplotlib
import numpy as np
import pytest

from kerastl.seeing.drawing.confusion import draw_confusion, most_confused
from kerastl.seeing.drawing.counts import draw_counts, draw_histogram
from kerastl.seeing.drawing.curves import PhaseSpan, draw_learning_curves
from kerastl.seeing.drawing.figure import new_figure
from kerastl.seeing.drawing.reliability import draw_reliability
from kerastl.seeing.drawing.svg import to_svg
from kerastl.seeing.drawing.tradeoff import TradeOff, draw_trade_off

NAME = 'a <b> $x$ "quoted" & שלום'


def drawn():
    with new_figure() as (figure, axes):
        axes.plot([1, 2, 3], label="metric")
        axes.set_title("title")
    return figure


def test_a_drawing_is_one_element_with_an_alternative_text():
    element = ElementTree.fromstring(to_svg(drawn(), NAME))
    assert element.attrib["role"] == "img"
    assert element.attrib["aria-label"] == NAME
    assert "width" not in element.attrib
    assert "viewBox" in element.attrib


def test_the_same_figure_gives_the_same_text():
    assert to_svg(drawn(), "x") == to_svg(drawn(), "x")


def test_colours_are_those_of_the_page():
    text = to_svg(drawn(), "x")
    assert "var(--ink," in text
    assert "var(--series-0," in text


def test_the_settings_of_the_user_stay():
    before = dict(matplotlib.rcParams)
    to_svg(drawn(), "x")
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    "draw",
    [
        lambda: draw_counts({"train": [3, 0], "test": [1, 2]}, [NAME, "b"]),
        lambda: draw_histogram(np.array([5, 5, 5]), NAME, log=True),
        lambda: draw_confusion(np.array([[3, 1], [0, 2]]), [NAME, "b"]),
        lambda: draw_reliability([(0.9, 0.8, 10), (1.0, 1.0, 3)]),
        lambda: draw_learning_curves(
            {"loss": [float("nan"), 1.0], "val_loss": [1.0, 0.5]}, [PhaseSpan(NAME, 2)], kept=1
        ),
        lambda: draw_trade_off([TradeOff(NAME, 1.0, 0.9)], cost="ms", metric=NAME),
    ],
)
def test_every_drawing_takes_any_name(draw):
    ElementTree.fromstring(to_svg(draw(), NAME))


def test_one_image_is_no_cliff():
    points = [TradeOff("a", 1.0, 0.90), TradeOff("b", 2.0, 0.89)]
    low, high = draw_trade_off(points, cost="ms", metric="accuracy").axes[0].get_ylim()
    assert high - low >= 0.05


def test_the_classes_with_mistakes_are_drawn():
    confusion = np.diag(np.full(100, 5))
    confusion[7, 90] = 4
    assert {7, 90} <= set(most_confused(confusion).tolist())
    assert len(most_confused(confusion)) == 25


def test_without_matplotlib_there_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"kerastl\[plots\]"):
        drawn()


def test_a_metric_of_one_epoch_has_no_curve_beside_metrics_of_several():
    nan = float("nan")
    curves = {"contrastive_loss": [3.0, 2.0, nan], "accuracy": [nan, nan, 0.9]}
    figure = draw_learning_curves(curves)
    assert [axes.get_title("left") or axes.get_title() for axes in figure.axes] == [
        "contrastive loss"
    ]
    assert len(draw_learning_curves({"accuracy": [0.9], "loss": [0.1]}).axes) == 2


def test_a_histogram_over_few_decades_has_numbers_between_them():
    figure = draw_histogram(np.array([4.0, 9.0, 21.0, 46.0]), "words", log=True)
    figure.canvas.draw()
    low, high = figure.axes[0].get_xlim()
    shown = [
        text for text in figure.axes[0].get_xticklabels() if low <= text.get_position()[0] <= high
    ]
    assert len(shown) >= 3
