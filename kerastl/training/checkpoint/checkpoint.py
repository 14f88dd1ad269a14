"""The directory that holds the state of a run."""

import contextlib
import os
import reprlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerastl.basics.files.damaged import reading
from kerastl.basics.files.json_fields import read_field
from kerastl.basics.files.process_lock import ProcessLock
from kerastl.basics.files.target_directory import check_writable
from kerastl.training.checkpoint.state_file import as_read, read_state, write_state

_FORMAT = 4
_REMEDY = "Delete it and start again"
_STATE, _LOCK = "state", "lock"
_MISSING = object()


class Checkpoint:
    """Save the latest state of a run in a directory, so that a killed run can resume.

    Args:
        directory: The directory; made with the first state.
        resume: Whether the run continues from the state in the directory, if there is one.
            Defaults to False.

    Attributes:
        directory: As given.
        resume: As given.

    Raises:
        FileExistsError: If the directory holds a state and `resume` is False.
        NotADirectoryError: If `directory` is a file.

    Example:

    ```python
    checkpoint = Checkpoint("runs/photos/checkpoint", resume=True)
    state = checkpoint.load({"seed": 0})  # None without a state
    checkpoint.save({"seed": 0}, {"epoch": 3, "weights": model.get_weights()})
    checkpoint.remove()
    ```
    """

    def __init__(self, directory: str | os.PathLike[str], resume: bool = False) -> None:
        self.directory = Path(directory)
        self._file = self.directory / f"{_STATE}.npz"
        self._lock = ProcessLock(self.directory / _LOCK)
        self._deletes = False
        self._part: str | None = None
        self.resume = resume
        if self.directory.exists() and not self.directory.is_dir():
            raise NotADirectoryError(
                "A checkpoint is a directory, and this path is a file: pass another one. "
                f"Received: checkpoint={os.fspath(directory)!r}"
            )
        if self.exists() and not resume:
            raise FileExistsError(
                "The directory holds the state of an unfinished run: pass resume=True to continue "
                f"it, or delete the directory. Received: checkpoint={os.fspath(directory)!r}"
            )

    @classmethod
    def of(cls, value: "Checkpoint | str | os.PathLike[str]", resume: bool = False) -> "Checkpoint":
        """Return a checkpoint unchanged, or make one from a directory.

        Args:
            value: A checkpoint or a directory.
            resume: As for the class, if `value` is a directory. Defaults to False.

        Raises:
            ValueError: If `resume` is True and `value` is a checkpoint with `resume=False`.
        """
        if not isinstance(value, Checkpoint):
            return cls(value, resume)
        if resume and not value.resume:
            raise ValueError(
                "To resume, pass resume=True to the Checkpoint as well. Received: resume=True with "
                f"Checkpoint({str(value.directory)!r}, resume=False)"
            )
        return value

    @property
    def is_held(self) -> bool:
        """Whether this object holds the directory for a run; see `hold`."""
        return self._lock.is_held

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Keep other runs out of the directory, which is made if it does not exist.

        A directory that is empty at the end is deleted if this call has made it.

        Raises:
            RuntimeError: If another run that is alive uses the directory.
            OSError: If the directory cannot be created or written to: training would otherwise end
                without a state.
        """
        if self.is_held:
            yield
            return
        check_writable(self.directory)
        self._deletes = not self.directory.exists()
        self._acquire()
        try:
            yield
        finally:
            self._lock.release()
            if self._deletes:
                self._delete_directory()

    def check_free(self) -> None:
        """Check that no other run uses the directory.

        Raises:
            RuntimeError: If another run that is alive uses it.
        """
        if self.directory.is_dir() and not self.is_held:
            check_writable(self.directory)
            self._acquire()
            self._lock.release()

    def _acquire(self) -> None:
        if not self._lock.acquire():
            raise RuntimeError(
                "Another run is using the checkpoint directory: wait until it has ended, or pass "
                f"another directory. Received: checkpoint={str(self.directory)!r}"
            )

    def part(self, name: str) -> "Checkpoint":
        """Return a checkpoint in the same directory for one part of a run.

        Args:
            name: Name of the part, such as `"baseline"`; becomes part of a file name.
        """
        made = Checkpoint(self.directory, resume=True)
        made.resume = self.resume
        made._file = self.directory / f"{_STATE}-{name}.npz"
        made._part = name
        return made

    def exists(self) -> bool:
        """Return whether the directory holds the state of an unfinished run."""
        return any(self._files())

    def _files(self) -> list[Path]:
        return sorted(self.directory.glob(f"{_STATE}*.npz"))

    def load(self, run: dict[str, Any]) -> dict[str, Any] | None:
        """Return the state to resume from.

        Args:
            run: Settings that the result of the run depends on, as plain values by name.

        Returns:
            The state, or None if the run starts from the beginning.

        Raises:
            ValueError: If the state belongs to another run or is damaged.
        """
        stored = self._read()
        if stored is None:
            return None
        with self.reading():
            known, state = read_field(stored, "run", dict), read_field(stored, "state", dict)
        _check_same_run(known, run, self.directory)
        return state

    def stored_run(self) -> dict[str, Any] | None:
        """Return the settings of the run to resume; None if the run starts from the beginning.

        Raises:
            ValueError: If the state belongs to a run of another kind or is damaged.
        """
        stored = self._read()
        if stored is None:
            return None
        with self.reading():
            return read_field(stored, "run", dict)

    def _read(self) -> dict[str, Any] | None:
        if not self.resume:
            return None
        self._check_same_kind()
        if not self._file.exists():
            return None
        stored = read_state(self._file)
        with self.reading():
            format_ = read_field(stored, "format", int)
        if format_ != _FORMAT:
            raise ValueError(
                "The checkpoint was written by another version of kerastl: delete it and start "
                f"again. Received: checkpoint={str(self.directory)!r}"
            )
        return stored

    def reading(self) -> contextlib.AbstractContextManager[None]:
        """Return a context that turns errors about the state into one that names its file."""
        return reading(self._file, _REMEDY)

    def save(self, run: dict[str, Any], state: dict[str, Any]) -> None:
        """Replace the saved state.

        If it cannot be written, a warning is issued and the run continues.

        Args:
            run: As for `load`.
            state: Nested dictionaries and lists of plain values and arrays.
        """
        try:
            write_state(self._file, {"format": _FORMAT, "run": run, "state": state})
        except OSError as error:
            warnings.warn(
                f"The checkpoint in {str(self.directory)!r} could not be written "
                f"({error.strerror or error}). Training continues; the previous state is kept.",
                stacklevel=2,
            )

    def remove(self) -> None:
        """Delete the state, and the directory if it is then empty and not a mount point or link."""
        files = [*self._files(), *self.directory.glob(f"{_STATE}*.npz.new")]
        if not self.is_held:
            # A killed run has left it.
            files.append(self._lock.path)
        for file in files:
            file.unlink(missing_ok=True)
        # While it is held, the lock is in it.
        self._deletes = True
        if not self.is_held:
            self._delete_directory()

    def _delete_directory(self) -> None:
        # Fails for files of others, a mount point, a symbolic link and the working directory.
        with contextlib.suppress(OSError):
            self.directory.rmdir()

    def _check_same_kind(self) -> None:
        """Raise an error if the state is that of a fit with, and this run without, adaptation.

        The same holds the other way round.
        """
        parts = [file for file in self._files() if file.stem != _STATE]
        others = [file for file in self._files() if file.stem == _STATE] if self._part else parts
        if others:
            raise ValueError(
                "The checkpoint belongs to a run of another kind: only one of the two has domain "
                "adaptation. Use the same arguments, or delete the directory. "
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
            "The checkpoint belongs to a run with another configuration. Use the same settings, or "
            f"delete it and start again. Changed: {'; '.join(changes)}. "
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
