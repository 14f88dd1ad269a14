import pytest

from kerastl.adaptation.losses.reversal_strength import reversal_strength

pytestmark = pytest.mark.both_backends


# 2 / (1 + exp(-10 p)) - 1 of Ganin et al. 2016, which is tanh(5 p), from a table of tanh.
@pytest.mark.parametrize(
    ("progress", "strength"), [(0.0, 0.0), (0.1, 0.4621172), (0.5, 0.9866143), (1.0, 0.9999092)]
)
def test_it_is_the_schedule_of_the_paper(progress, strength):
    assert float(reversal_strength(progress)) == pytest.approx(strength, abs=1e-6)


def test_a_lower_gamma_rises_later():
    assert float(reversal_strength(0.5, gamma=2.0)) == pytest.approx(0.4621172, abs=1e-6)
