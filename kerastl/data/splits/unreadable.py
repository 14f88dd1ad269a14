"""The name of the file behind an error from inside TensorFlow."""

from collections.abc import Iterator
from contextlib import contextmanager

from kerastl.data.splits.split import Split


@contextmanager
def naming_unreadable(*splits: Split | None) -> Iterator[None]:
    """Turn a pipeline's failure into an error that names the images behind it.

    An image whose header is sound can still be broken further in, and TensorFlow's own error
    doesn't say which one it was.

    Args:
        *splits: What is being read; None is left out.

    Raises:
        ValueError: If reading fails and some image cannot be decoded.

    Example:

    ```python
    with naming_unreadable(data.train):
        model.fit(batches)
    ```
    """
    import tensorflow as tf

    try:
        yield
    except tf.errors.OpError as error:
        broken = [item for split in splits if split is not None for item in split.unreadable()]
        if not broken:
            raise
        listed = "; ".join(f"{name} ({reason})" for name, reason in broken[:5])
        raise ValueError(
            f"{len(broken)} images cannot be decoded: repair or remove them, or read the "
            f"folder with on_error='skip'. Received: {listed}"
        ) from error
