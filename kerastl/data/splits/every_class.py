"""Whether a few examples show every class."""

from kerastl.data.splits.split import Split


def check_every_class(split: Split) -> None:
    """Refuse examples of fewer than two classes, or with none of some class.

    Args:
        split: Labelled examples.

    Raises:
        ValueError: If classes are missing, by name.
    """
    empty = [name for name, count in split.class_counts().items() if not count]
    if empty or len(split.class_names) < 2:
        raise ValueError(
            "At least two classes with an example each are needed. Received: "
            + (f"none of {', '.join(empty)}" if empty else f"{split!r}")
        )
