import numpy as np
import pytest

from kerastl.adaptation import MCC
from kerastl.adaptation.losses.domain_batch import DomainBatch

pytestmark = pytest.mark.both_backends

LOGITS = np.array([[9, 0, -9], [1, 2, 0], [0, 0.5, 4], [3, 2.5, -1], [0.2, 0, 0.1]])
DOMAINS = np.array([0, 1, 1, 1, 1], "int32")


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def loss(method, probabilities, domains):
    none = np.zeros(len(domains), "int32")
    batch = DomainBatch(
        none, np.asarray(probabilities, "float32"), none, np.asarray(domains), 1, np.float32(0)
    )
    return float(method.alignment(2, batch.probabilities.shape[1], 2).loss(batch)[0])


@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_it_is_the_confusion_of_the_paper_on_the_target(temperature):
    soft = softmax(LOGITS[1:] / temperature)
    sure = 1 + np.exp((soft * np.log(soft)).sum(axis=1))
    weights = len(soft) * sure / sure.sum()
    confusion = np.array(
        [[(soft[:, j] * weights * soft[:, k]).sum() for k in range(3)] for j in range(3)]
    )
    shares = confusion / confusion.sum(axis=1, keepdims=True)
    expected = sum(shares[j, k] for j in range(3) for k in range(3) if j != k) / 3
    found = loss(MCC(strength=0.5, temperature=temperature), softmax(LOGITS), DOMAINS)
    assert found == pytest.approx(0.5 * expected, rel=1e-4)


@pytest.mark.parametrize(
    ("probabilities", "confusion"),
    [
        (np.eye(3), 0.0),
        (np.full((4, 3), 1 / 3), 2 / 3),
        # One of the three classes is never in doubt; the others are halves of each other.
        ([[1, 0, 0], [0, 0.5, 0.5]], 1 / 3),
    ],
)
def test_what_is_confused_by_hand(probabilities, confusion):
    found = loss(MCC(temperature=1.0), probabilities, np.ones(len(probabilities), "int32"))
    assert found == pytest.approx(confusion, abs=1e-4)
