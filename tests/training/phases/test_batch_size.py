import pytest

from kerastl.training.phases.batch_size import batch_size_for


@pytest.mark.parametrize(
    ("examples", "given", "size"),
    [(1, None, 16), (19_999, None, 16), (20_000, None, 32), (60_000, 8, 8), (10, 64, 64)],
)
def test_the_number_of_examples_decides_unless_told(examples, given, size):
    assert batch_size_for(examples, given) == size


@pytest.mark.parametrize("given", [0, -16, 2.5, "16"])
def test_a_batch_holds_something(given):
    with pytest.raises(
        ValueError, match=f"whole number of at least 1. Received: batch_size={given!r}"
    ):
        batch_size_for(450, given)
