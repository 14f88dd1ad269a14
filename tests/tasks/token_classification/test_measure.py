import numpy as np
import pytest

from kerastl.tasks.token_classification.measure import TokenClassificationMeasure

TAGS = ["O", "B-place", "I-place"]


def sure(*tags):
    return np.eye(3)[list(tags)][None]


def test_agreement_is_over_what_either_names():
    measure = TokenClassificationMeasure(TAGS)
    assert measure.agreement(sure(0, 0, 0, 1), sure(0, 0, 0, 1)) == 1
    assert measure.agreement(sure(0, 0, 1, 1), sure(0, 0, 0, 1)) == 0.5
    assert measure.agreement(sure(0, 0), sure(0, 0)) == 1


def test_entities_are_counted_by_type():
    assert TokenClassificationMeasure(TAGS).counts(np.array([[1, 2, 0], [1, -1, -1]]), TAGS) == {
        "place": 2
    }


@pytest.mark.parametrize("shape", [(None, 3), (None, None, 4)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="3 tags"):
        TokenClassificationMeasure(TAGS).check(shape, TAGS)
