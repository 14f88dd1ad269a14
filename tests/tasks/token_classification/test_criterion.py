import numpy as np
import pytest

import kerastl as ktl
from kerastl.tasks.token_classification.criterion import Tags

TAGS = ["O", "B-place", "I-place"]
OUTPUTS = np.array([[[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]], [[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]])
TARGETS = np.array([[0, 1], [1, -1]])

pytestmark = pytest.mark.both_backends


def test_figures_leave_out_what_has_no_tag():
    figures = Tags(TAGS).figures(OUTPUTS, TARGETS)
    assert figures["accuracy"] == pytest.approx(2 / 3)
    assert figures["loss"] == pytest.approx(-np.log([0.8, 0.7, 0.25]).mean())
    assert figures["f1"] == pytest.approx(2 / 3)


def test_training_shows_what_figures_say():
    criterion = Tags(TAGS)
    figures = criterion.figures(OUTPUTS, TARGETS)
    loss = criterion.loss()(TARGETS, OUTPUTS.astype("float32"))
    assert float(loss) == pytest.approx(figures["loss"], rel=1e-5)
    (metric,) = criterion.metrics()
    metric.update_state(TARGETS[:1], OUTPUTS[:1])
    metric.update_state(TARGETS[1:], OUTPUTS[1:])
    assert float(metric.result()) == pytest.approx(figures["accuracy"])


def test_each_text_has_one_loss_and_one_without_tags_has_none():
    targets = np.array([[0, 1], [-1, -1]])
    losses = Tags(TAGS).losses(OUTPUTS, targets)
    assert losses.shape == (2,)
    assert losses[0] > 0
    assert losses[1] == 0


@pytest.mark.parametrize("option", [{"balanced": True}, {"objective": ktl.Objective(focal=1.0)}])
def test_a_phase_for_single_labels_is_refused(option):
    with pytest.raises(ValueError, match=next(iter(option))):
        Tags(TAGS).check(ktl.Phase("all", **option))
