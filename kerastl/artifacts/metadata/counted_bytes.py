"""Bytes of a FlatBuffers buffer, with a limit on the values that are read from them."""

_READS = 4  # values for each byte: a writer may share equal strings


class CountedBytes(bytes):
    """The content of a buffer, from which only a limited number of values may be read.

    Many references may name one value, and a vector may declare any length, so that a small buffer
    could unpack to a huge one.

    Example:

    >>> CountedBytes(b"four").charge(16)
    """

    def __init__(self, content: bytes) -> None:
        self._left = _READS * len(content)

    def charge(self, count: int) -> None:
        """Count tables, characters and elements before they are read.

        Args:
            count: Their number.

        Raises:
            ValueError: If the buffer cannot hold so many.
        """
        self._left -= count
        if self._left < 0:
            raise ValueError(
                "The buffer declares more values than it can hold, and is not read. "
                f"Received: {len(self)} bytes"
            )
