"""The directory in which a run keeps its state."""

import os
import reprlib
import warnings
from pathlib import Path
from typing import Any

from kerastl.training.checkpoint.state_file import (
    DamagedStateError,
    as_read,
    read_state,
    write_state,
)

_FORMAT = 3
_STATE = "state"
_MISSING = object()


class Checkpoint:
    """Keep the last state of a run, until the run ends.

    Args:
        directory: Where to; made with the first state.
        resume: Whether the run goes on from the state that is there.

    Attributes:
        directory: As given.
        resume: As given.

    Raises:
        FileExistsError: If there is a state and the run does not go on from it.
        NotADirectoryError: If `directory` is something else.

    Example:

    ```python
    checkpoint = Checkpoint("runs/photos/checkpoint", resume=True)
    state = checkpoint.load({"seed": 0})  # None where there is none
    checkpoint.save({"seed": 0}, {"epoch": 3, "weights": model.get_weights()})
    checkpoint.remove()
    ```
    """

    def __init__(self, directory: str | os.PathLike[str], resume: bool = False) -> None:
        self.directory = Path(directory)
        self._file = self.directory / f"{_STATE}.npz"
        self._part: str | None = None
        self.resume = resume
        if self.directory.exists() and not self.directory.is_dir():
            raise NotADirectoryError(
                "A checkpoint is a directory, and a file lies there: name another. "
                f"Received: checkpoint={os.fspath(directory)!r}"
            )
        if self.exists() and not resume:
            raise FileExistsError(
                "An unfinished run has left its state there: pass resume=True to go on with it, "
                f"or delete the directory. Received: checkpoint={os.fspath(directory)!r}"
            )

    @classmethod
    def of(cls, value: "Checkpoint | str | os.PathLike[str]", resume: bool = False) -> "Checkpoint":
        """Return a checkpoint as it is, or make one of a directory.

        Args:
            value: A checkpoint or a directory.
            resume: As for the class, for a directory. A checkpoint says it itself.

        Raises:
            ValueError: If a checkpoint that does not go on shall go on.
        """
        if not isinstance(value, Checkpoint):
            return cls(value, resume)
        if resume and not value.resume:
            raise ValueError(
                "Say resume=True to the Checkpoint. Received: resume=True with a Checkpoint of "
                f"{str(value.directory)!r} that begins anew"
            )
        return value

    @classmethod
    def wanted(
        cls, value: "Checkpoint | str | os.PathLike[str] | None", resume: bool
    ) -> "Checkpoint | None":
        """Return the checkpoint that a user asks for, or None.

        Args:
            value: A checkpoint, a directory or None.
            resume: Whether the run continues from its state.

        Raises:
            ValueError: If a run is to be continued and no checkpoint is named.
        """
        if value is not None:
            return cls.of(value, resume)
        if resume:
            raise ValueError(
                "`resume=True` needs `checkpoint=`, the directory of the run to continue. "
                "Received: resume=True, checkpoint=None"
            )
        return None

    def part(self, name: str) -> "Checkpoint":
        """Return a checkpoint in the same directory for one part of a run.

        Args:
            name: Of the part, such as `"baseline"`; part of a file name.
        """
        made = Checkpoint(self.directory, resume=True)
        made.resume = self.resume
        made._file = self.directory / f"{_STATE}-{name}.npz"
        made._part = name
        return made

    def exists(self) -> bool:
        """Return whether an unfinished run has left a state."""
        return any(self._files())

    def _files(self) -> list[Path]:
        return sorted(self.directory.glob(f"{_STATE}*.npz"))

    def load(self, run: dict[str, Any]) -> dict[str, Any] | None:
        """Return the state to go on from.

        Args:
            run: What the run depends on, as plain values by name.

        Returns:
            The state, or None where the run begins anew.

        Raises:
            ValueError: If the state is that of another run, or damaged.
        """
        if not self.resume:
            return None
        self._check_same_kind()
        if not self._file.exists():
            return None
        try:
            stored = read_state(self._file)
            same_format = stored["format"] == _FORMAT
        except (DamagedStateError, KeyError) as error:
            raise ValueError(
                f"The checkpoint cannot be read: delete it and begin anew. ({error}) "
                f"Received: checkpoint={str(self.directory)!r}"
            ) from error
        if not same_format:
            raise ValueError(
                "The checkpoint was written by another version of kerastl: delete it and begin "
                f"anew. Received: checkpoint={str(self.directory)!r}"
            )
        _check_same_run(stored["run"], run, self.directory)
        state: dict[str, Any] = stored["state"]
        return state

    def save(self, run: dict[str, Any], state: dict[str, Any]) -> None:
        """Write a state in the place of the one before.

        A state that cannot be written is no reason to lose the run: it warns.

        Args:
            run: As for `load`.
            state: Nested dictionaries and lists of plain values and arrays.
        """
        try:
            write_state(self._file, {"format": _FORMAT, "run": run, "state": state})
        except OSError as error:
            warnings.warn(
                f"The checkpoint in {str(self.directory)!r} could not be written and stays as it "
                f"was: {error.strerror or error}. Training goes on.",
                stacklevel=2,
            )

    def remove(self) -> None:
        """Remove the state, and the directory if nothing else is in it."""
        for file in [*self._files(), *self.directory.glob(f"{_STATE}*.npz.new")]:
            file.unlink(missing_ok=True)
        if self.directory.is_dir() and not any(self.directory.iterdir()):
            self.directory.rmdir()

    def _check_same_kind(self) -> None:
        """Refuse the state of an adaptation for another training, and the other way round."""
        parts = [file for file in self._files() if file.stem != _STATE]
        others = [file for file in self._files() if file.stem == _STATE] if self._part else parts
        if others:
            raise ValueError(
                "The checkpoint belongs to a run of another kind, with or without domain "
                "adaptation: use the same arguments, or delete the directory. "
                f"Received: checkpoint={str(self.directory)!r}"
            )


def _check_same_run(stored: dict[str, Any], run: dict[str, Any], directory: Path) -> None:
    before, now = _leaves(stored), _leaves(as_read(run))
    changes = [
        f"{name} was {_short(before, name)} and is {_short(now, name)}"
        for name in {**now, **before}
        if before.get(name, _MISSING) != now.get(name, _MISSING)
    ]
    if changes:
        raise ValueError(
            "The checkpoint belongs to a run of another configuration: go on with the same, or "
            f"delete it and begin anew. There {'; '.join(changes)}. "
            f"Received: checkpoint={str(directory)!r}"
        )


def _leaves(value: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    leaves: dict[str, Any] = {}
    for name, each in value.items():
        leaves |= (
            _leaves(each, f"{prefix}{name} ") if isinstance(each, dict) else {prefix + name: each}
        )
    return leaves


def _short(leaves: dict[str, Any], name: str) -> str:
    return reprlib.repr(leaves[name]) if name in leaves else "missing"
