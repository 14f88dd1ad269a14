import pytest

from kerastl.basics.byte_size import byte_size, written_size


@pytest.mark.parametrize(
    ("written", "size"),
    [(0, 0), (5, 5), ("7B", 7), ("1.5KiB", 1536), ("2 MB", 2_000_000), ("3TiB", 3 * 2**40)],
)
def test_a_size_is_read(written, size):
    assert byte_size(written) == size


@pytest.mark.parametrize("written", [-1, 1.5, True, None, "", "2", "GiB", "2 gib", "-1GiB"])
def test_a_value_that_is_not_a_size_is_named(written):
    with pytest.raises(ValueError, match="Received: "):
        byte_size(written)


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (3 * 2**40, "3.0 TiB")]
)
def test_a_size_is_written(size, text):
    assert written_size(size) == text
