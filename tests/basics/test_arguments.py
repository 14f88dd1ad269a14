import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerastl.basics.arguments import check_count, check_number

NO_NUMBERS = [None, "1", True, np.True_, math.nan, math.inf, -math.inf, 1j, [1]]


@pytest.mark.parametrize("value", [*NO_NUMBERS, 1.0, np.float32(1), 0, -1, np.int64(0)], ids=repr)
def test_a_value_that_is_not_a_count_is_refused(value):
    with pytest.raises(ValueError, match="`k` must be a whole number of at least 1") as error:
        check_count("k", value)
    assert str(error.value).endswith(f"Received: k={value!r}")


@pytest.mark.parametrize("value", [1, 2, np.int32(7), np.uint8(1), 10**30], ids=repr)
def test_a_count_passes(value):
    check_count("k", value)


def test_the_smallest_count_may_be_another():
    check_count("seed", 0, at_least=0)
    with pytest.raises(ValueError, match=r"of at least 4\. Received: size=3"):
        check_count("size", 3, at_least=4)


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_a_value_that_is_not_a_finite_number_is_refused(value):
    with pytest.raises(ValueError, match=r"`x` must be a number in \(-inf, inf\)") as error:
        check_number("x", value)
    assert str(error.value).endswith(f"Received: x={value!r}")


@given(st.sampled_from("[("), st.sampled_from(")]"), st.sampled_from([-2, -1, 0, 0.5, 1, 2]))
def test_a_bracket_includes_its_end_and_a_parenthesis_does_not(left, right, value):
    inside = -1 < value < 1 or (left == "[" and value == -1) or (right == "]" and value == 1)
    try:
        check_number("x", value, f"{left}-1, 1{right}")
        passed = True
    except ValueError:
        passed = False
    assert passed == inside


@pytest.mark.parametrize("value", [0.5, np.float32(0.5), np.int64(1), 10**30], ids=repr)
def test_numbers_of_any_kind_pass(value):
    check_number("x", value, "(0, inf)")
