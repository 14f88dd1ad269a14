"""A labelled data set with its training, validation and test splits."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.data.splits.dataset_html import dataset_html
from kerastl.data.splits.number_split import NumberSplit
from kerastl.data.splits.split import Modality, Split


class Dataset:
    """Labelled examples in a training, a validation and a test split.

    Args:
        train: The training split.
        validation: The split for model selection, or None. Defaults to None.
        test: The split for the final metrics, or None. Defaults to None.
        skipped: `(name, reason)` of each example that was left out.
        notes: Remarks about the data for the summary, one sentence each.
        groups: Group of each training example, as integers: examples of a group must not be
            divided. Defaults to None: no groups.
        held_out_groups: Group of each example of the held-out splits, by the name of the split, in
            the same numbers. Defaults to none.
        held_out: Whether the validation split was held out without being asked for, so that
            `fit` may train on it in the end. Defaults to False.

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
        groups: np.ndarray | None = None,
        held_out_groups: Mapping[str, np.ndarray] | None = None,
        held_out: bool = False,
    ) -> None:
        self.train = train
        self.validation = validation
        self.test = test
        self.skipped = list(skipped)
        self.notes = list(notes)
        self.groups = groups
        self.held_out_groups = dict(held_out_groups or {})
        self.held_out = held_out

    @property
    def grouped(self) -> bool:
        """Whether the examples belong to groups that must not be divided."""
        return self.groups is not None

    @property
    def modality(self) -> Modality:
        """`"image"` or `"text"`."""
        return self.train.modality

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes, in the order of the labels; for a regression see `target_names`."""
        return self.train.class_names

    @property
    def target_names(self) -> tuple[str, ...]:
        """The targets of a regression, in the order of the columns.

        Data for another task raises an `AttributeError`.
        """
        if not isinstance(self.train, NumberSplit):
            raise AttributeError(
                "Only data for a regression has `target_names`: read `class_names`. "
                f"Received: {self.train!r}"
            )
        return self.train.target_names

    @property
    def splits(self) -> dict[str, Split]:
        """The splits by name, without those that are None."""
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: split for name, split in named.items() if split is not None}

    def summary(self) -> str:
        """Return a table of the classes or targets in each split, left-out examples and notes.

        Returns:
            A text of several lines, the same that `print(data)` shows.
        """
        columns = {name: split.summary_column() for name, split in self.splits.items()}
        names = {name: printable(name) for name in columns["train"]}
        title, heading = self.train.summary_title()
        width = max(len(heading), *map(len, names.values())) + 2
        header = heading.ljust(width) + "".join(name.rjust(12) for name in columns)
        rows = [
            shown.ljust(width) + "".join(column[name].rjust(12) for column in columns.values())
            for name, shown in names.items()
        ]
        total = "total".ljust(width) + "".join(str(len(s)).rjust(12) for s in self.splits.values())
        left_out = [printable(f"left out: {name} ({reason})") for name, reason in self.skipped[:10]]
        if len(self.skipped) > 10:
            left_out.append(f"left out: {len(self.skipped) - 10} more (see `data.skipped`)")
        return "\n".join([title, header, *rows, total, *left_out, *map(printable, self.notes)])

    def __len__(self) -> int:
        return sum(map(len, self.splits.values()))

    def __bool__(self) -> bool:
        return True

    def _repr_html_(self) -> str:
        return dataset_html(self.splits, self.notes, self.skipped)

    def inspect(
        self,
        backbone: Any = "auto",
        *,
        cache: Any = None,
        seed: int = 0,
        verbose: Any = "auto",
    ) -> Any:
        """Look for problems before training, in all splits.

        It finds equal and almost equal examples within a split and across splits (leakage),
        images and texts that are odd or unreadable, outliers, and labels that look wrong: those
        that a linear probe contradicts that was fitted without the example (confident learning,
        Northcutt et al. 2021). It changes nothing.

        Args:
            backbone: The pre-trained backbone whose features are compared: a name, preset, path,
                `keras.Model` or `Backbone`. Defaults to `"auto"`: that of the command line; texts
                are compared by their words if its weights cannot be downloaded. None leaves out
                labels and outliers, and loads no network.
            cache: A `FeatureCache`, or a directory that keeps features for later runs. Defaults
                to None: features are not kept.
            seed: Seed of the folds and of the samples. Defaults to 0.
            verbose: 0 prints nothing. Defaults to `"auto"`.

        Returns:
            An `Inspection`. It prints as a summary; see its `write_page`, `write_corrections` and
            `to_frame`.

        Raises:
            ValueError: If an option is not valid, or an image cannot be decoded.
            ConnectionError: If the weights of a backbone that you name cannot be downloaded.

        Example:

        ```python
        inspection = data.inspect()
        inspection.write_page("page.html")
        inspection.write_corrections("fixes.csv")
        data = kerastl.data.image_folder("photos", corrections="fixes.csv")
        ```
        """
        # Backbones and linear probes are floors above the data, and an import of one of them, even
        # inside a function, would be an import upwards. So the function is named, as in the
        # registries of tasks, methods and formats.
        function = importlib.import_module("kerastl.seeing.inspecting.inspect").inspect
        return function(self, backbone, cache=cache, seed=seed, verbose=verbose)

    def __repr__(self) -> str:
        return self.summary()
