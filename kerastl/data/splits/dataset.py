"""A labelled data set with its named splits."""

from collections.abc import Sequence

from kerastl.data.splits.split import Modality, Split


class Dataset:
    """Labelled examples, divided into training, validation and test.

    Args:
        train: The examples to learn from.
        validation: The examples that choices are made on, or None.
        test: The examples that the final figure comes from, or None.
        skipped: `(name, reason)` of each example that was left out.
        notes: What a careful reader of the data would want to know, a sentence each.
        grouped: Whether examples belong to groups that no further division may cut.

    Example:
    ```python
    data = kerastl.data.image_folder("trash", validation_split=0.2, test_split=0.2)
    print(data)
    ```
    """

    def __init__(
        self,
        train: Split,
        validation: Split | None = None,
        test: Split | None = None,
        *,
        skipped: Sequence[tuple[str, str]] = (),
        notes: Sequence[str] = (),
        grouped: bool = False,
    ) -> None:
        self.train = train
        self.validation = validation
        self.test = test
        self.skipped = list(skipped)
        self.notes = list(notes)
        self.grouped = grouped

    @property
    def modality(self) -> Modality:
        """`"image"` or `"text"`."""
        return self.train.modality

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes, in the order of the labels."""
        return self.train.class_names

    @property
    def splits(self) -> dict[str, Split]:
        """The splits that are there, by name."""
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: split for name, split in named.items() if split is not None}

    def summary(self) -> str:
        """Write the classes and their counts as a table, with what was left out.

        Returns:
            A text of several lines.
        """
        columns = {name: split.summary_column() for name, split in self.splits.items()}
        names = list(columns["train"])
        title, heading = self.train.summary_title()
        width = max(len(heading), *(len(name) for name in names)) + 2
        header = heading.ljust(width) + "".join(name.rjust(12) for name in columns)
        rows = [
            name.ljust(width) + "".join(column[name].rjust(12) for column in columns.values())
            for name in names
        ]
        total = "total".ljust(width) + "".join(str(len(s)).rjust(12) for s in self.splits.values())
        left_out = [f"left out: {name} ({reason})" for name, reason in self.skipped[:10]]
        if len(self.skipped) > 10:
            left_out.append(f"left out: {len(self.skipped) - 10} more (see .skipped)")
        return "\n".join([title, header, *rows, total, *left_out, *self.notes])

    def __repr__(self) -> str:
        return self.summary()
