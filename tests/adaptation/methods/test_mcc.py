import warnings

import pytest

from kerastl.adaptation import MCC


def test_two_classes_give_a_warning():
    with pytest.warns(UserWarning, match="may assign all target examples to one class"):
        MCC().alignment(8, 2, 2)


def test_three_classes_give_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        MCC().alignment(8, 3, 2)
