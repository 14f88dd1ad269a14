"""Check that every class has an example."""

from kerastl.data.splits.split import Split


def check_every_class(split: Split) -> None:
    """Raise an error unless there are two classes or more, each with an example.

    Args:
        split: Labelled examples.

    Raises:
        ValueError: If there are fewer than two classes, or a class has no example.
    """
    empty = [name for name, count in split.class_counts().items() if not count]
    if empty or len(split.class_names) < 2:
        raise ValueError(
            "There must be at least two classes, each with at least one example. Received: "
            + (f"none of {', '.join(empty)}" if empty else f"{split!r}")
        )
