"""Name the unreadable images when a `tf.data` pipeline fails."""

from collections.abc import Iterator
from contextlib import contextmanager

from kerastl.data.splits.split import Split


@contextmanager
def naming_unreadable(*splits: Split | None) -> Iterator[None]:
    """Replace a TensorFlow error inside a `with` block by one that names the unreadable images.

    An image with a valid header can still be damaged further on. TensorFlow's own error does not
    name the file.

    Args:
        *splits: The splits that the block reads. None is ignored.

    Raises:
        ValueError: If the block fails and an image cannot be decoded.

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
            f"{len(broken)} images cannot be decoded. Repair or remove them, or read the files "
            'with a function of `ktl.data` that has `on_error="skip"`, such as `image_folder`. '
            f"Received: {listed}"
        ) from error
