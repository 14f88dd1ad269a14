"""The labelled examples of a run, whatever their format."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from kerastl.cli.run_file.paths import located, relative

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Modality

Section = TypeVar("Section", bound="DataSection")

# The division of one data set does not apply to another.
_OF_ONE_PATH = (
    "group", "validation", "test", "validation_split", "test_split", "corrections", "more",
)  # fmt: skip


@dataclass(frozen=True)
class DataSection:
    """Examples to train on. Each kind of source adds its own settings.

    Args:
        path: The folder or the file. If splits have files of their own, the training split.
        validation_split: The share to hold out for validation, in [0, 1). Defaults to 0: a
            fifth of the training split is held out unless the data has a validation split.
        test_split: The share to hold out for testing, in [0, 1). Defaults to 0.
        seed: Seed of the division. Defaults to 0.

    Attributes:
        kind: The kind of source, for errors.
        reader: The function of `kerastl.data` that reads such data.

    Raises:
        ValueError: If the shares leave nothing to train on.
    """

    kind: ClassVar[str]
    reader: ClassVar[str]

    path: Path
    validation_split: float = 0.0
    test_split: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        from kerastl.data.splits.splitting import check_fractions

        check_fractions(self.validation_split, self.test_split)

    @property
    def modality(self) -> Modality:
        """Kind of input, `"image"` or `"text"`."""
        raise NotImplementedError

    @property
    def task(self) -> str:
        """The task that such data stands for when a run names none."""
        from kerastl.tasks.registry import task_for

        return task_for(self.modality, self.reader).name

    @property
    def input_column(self) -> dict[str, Any]:
        """The column of inputs in a table without labels, for `kerastl.data.unlabelled`."""
        return {self.modality: self.modality}

    def read(self) -> Dataset:
        """Read the data.

        Raises:
            FileNotFoundError: If nothing is at the path.
            ValueError: If a setting does not fit the data, or the data can't be used.
        """
        if not self.path.exists():
            raise FileNotFoundError(
                f"There is no such file or folder of data. Received: {str(self.path)!r}"
            )
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        del values["path"]
        return self._read({name: value for name, value in values.items() if value is not None})

    def _read(self, given: dict[str, Any]) -> Dataset:
        """Read the data at the path with the settings that are not None."""
        raise NotImplementedError

    def read_for_training(self, seed: int) -> Dataset:
        """Read the data with the validation split that training with this seed uses.

        Raises:
            ValueError: As `read`, or if groups are given without `validation_split`.
        """
        from kerastl.data.splits.holdout import with_validation

        dataset = self.read()
        group = getattr(self, "group", None)
        if dataset.validation is None and group is not None:
            raise ValueError(
                "Groups must not be divided between splits: give the share to hold out as "
                f"validation_split. Received: group={group!r}, validation_split=0"
            )
        return with_validation(dataset, seed=seed)

    def elsewhere(self: Section, path: Path) -> Section:
        """Return the same settings for other examples, without those that divide a data set."""
        own: dict[str, Any] = {
            each.name: each.default for each in fields(self) if each.name in _OF_ONE_PATH
        }
        return replace(self, path=path, **own)

    def located(self: Section, folder: Path) -> Section:
        """Return the section with paths that were relative to a folder."""
        paths: dict[str, Any] = {
            name: located(path, folder) for name, path in self._paths().items()
        }
        return replace(self, **paths)

    def plain(self, folder: Path) -> dict[str, Any]:
        """Return plain values, with paths as seen from a folder."""
        values = {name: value for name, value in vars(self).items() if value is not None}
        paths = {name: relative(path, folder) for name, path in self._paths().items()}
        lists = {name: list(each) for name, each in values.items() if isinstance(each, tuple)}
        return {**values, **paths, **lists}

    def _paths(self) -> dict[str, Path]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Path)}
