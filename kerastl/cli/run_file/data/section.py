"""What a run file says about labelled examples, wherever they lie."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from kerastl.cli.run_file.paths import relative

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset

Section = TypeVar("Section", bound="DataSection")

# How the examples of a run were divided says nothing about others.
_OF_ONE_PATH = ("group", "validation", "test", "validation_split", "test_split")


@dataclass(frozen=True)
class DataSection:
    """Examples to train on; each kind of source adds what it has to say.

    Args:
        path: The folder or the file; of parts in files of their own the training part.
        validation_split: The share to hold out for validation, in [0, 1). Where it is 0 and
            the data names no validation part, a fifth of the training part is held out.
        test_split: The share to hold out for testing, in [0, 1). Defaults to 0.
        seed: Chooses the split. Defaults to 0.

    Raises:
        ValueError: If the shares leave nothing to train on.
    """

    kind: ClassVar[str]

    path: Path
    validation_split: float = 0.0
    test_split: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        from kerastl.data.splits.splitting import check_fractions

        check_fractions(self.validation_split, self.test_split)

    @property
    def task(self) -> str:
        """What is to be learned, unless the run says otherwise."""
        raise NotImplementedError

    @property
    def input_column(self) -> dict[str, Any]:
        """How a table of examples without labels is read, for `kerastl.data.unlabelled`."""
        return {"text": "text"}

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
        """Read what is at the path with the settings that were given."""
        raise NotImplementedError

    def read_for_training(self, seed: int) -> Dataset:
        """Read the data with the validation part that training with this seed has.

        Raises:
            ValueError: As `read`; or if groups are given and nothing says how much to hold out.
        """
        from kerastl.data.splits.holdout import with_validation

        dataset = self.read()
        group = getattr(self, "group", None)
        if dataset.validation is None and group is not None:
            raise ValueError(
                "Examples that belong together must not be divided: say how much to hold out "
                f"with validation_split. Received: group={group!r}, validation_split=0"
            )
        return with_validation(dataset, seed=seed)

    def elsewhere(self: Section, path: Path) -> Section:
        """Return the same way of reading for other examples, which keep their own parts."""
        own: dict[str, Any] = {
            each.name: each.default for each in fields(self) if each.name in _OF_ONE_PATH
        }
        return replace(self, path=path, **own)

    def located(self: Section, folder: Path) -> Section:
        """Return the section with paths that were relative to a folder."""
        paths: dict[str, Any] = {
            name: folder / path.expanduser() for name, path in self._paths().items()
        }
        return replace(self, **paths)

    def plain(self, folder: Path) -> dict[str, Any]:
        """Return what was given as plain values, with relative paths as seen from a folder."""
        values = {name: value for name, value in vars(self).items() if value is not None}
        paths = {name: relative(path, folder) for name, path in self._paths().items()}
        lists = {name: list(each) for name, each in values.items() if isinstance(each, tuple)}
        return {**values, **paths, **lists}

    def _paths(self) -> dict[str, Path]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Path)}
