"""What every export format does: check, make, run, describe."""

from __future__ import annotations

import abc
import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.held_out import HeldOut


@dataclass(frozen=True)
class ExportOptions:
    """The arguments of an export that a format may read.

    Attributes:
        quantize: Names of LiteRT variants, or `"auto"`.
        calibration: Training examples for integer ranges, or None.
        check_server: Whether the file is also run as a server runs it.
        max_examples: The largest number of examples of a request to a served file.
        quantized_weights: Weights of the model by bits, from which files with so many bits are
            made. Defaults to none: they are made from the model's own.
    """

    quantize: str | Sequence[str]
    calibration: HeldOut | None
    check_server: bool
    max_examples: int
    quantized_weights: Mapping[int, Sequence[np.ndarray]] = field(default_factory=dict)


@dataclass(frozen=True)
class ExportJob:
    """Everything that a format needs to make its files.

    Attributes:
        exportable: The model, its labels and its reader of raw input.
        examples: Held-out examples that every file is compared on.
        reference: The model's scores of these examples, and the bounds.
        directory: The bundle under construction.
        target: The bundle's final directory. It may hold an earlier bundle.
        options: The arguments of the export.
    """

    exportable: Exportable
    examples: HeldOut
    reference: Reference
    directory: Path
    target: Path
    options: ExportOptions


@dataclass(frozen=True)
class ExportedFiles:
    """The files of one format.

    Attributes:
        artifacts: One row for each file that was tried, refused ones included.
        description: The format's entry in `kerastl.json`.
        refused: The rows of files that were asked for and not written, without those of earlier
            attempts.
    """

    artifacts: tuple[Artifact, ...]
    description: dict[str, Any]
    refused: tuple[Artifact, ...] = ()


class Format(abc.ABC):
    """A file format that a model is exported to.

    A new format is a subclass in a file of its own and a row in `registry.py`.

    Attributes:
        name: The name in `formats=`, in `kerastl.json` and at the start of each artifact's name.
            It is also the folder of its files inside the bundle.
        packages: Packages that making and running the files imports.
        install: What `pip install` takes to get these packages.
        is_served: Whether a model server loads the file. `check_server=True` needs such a format.
        times_raw_input: Whether its latency includes decoding or tokenization.
    """

    name: ClassVar[str]
    packages: ClassVar[tuple[str, ...]] = ()
    install: ClassVar[str] = "kerastl"
    is_served: ClassVar[bool] = False
    times_raw_input: ClassVar[bool] = False

    def check(self, options: ExportOptions) -> None:
        """Check that this format can be exported here, before anything is written.

        Args:
            options: The arguments of the export.

        Raises:
            ImportError: If a package is not installed.
            ValueError: If the options do not fit.
        """
        missing = [name for name in self.packages if importlib.util.find_spec(name) is None]
        if missing:
            raise ImportError(
                f"The format {self.name!r} needs packages that are not installed: run "
                f"pip install '{self.install}', or remove {self.name!r} from formats. "
                f"Received: no {', '.join(missing)}"
            )

    @contextmanager
    def making(self, job: ExportJob) -> Iterator[Callable[[], ExportedFiles]]:
        """Begin to write the files while other formats are made in the same `with` block.

        A format that waits for another process, or needs none of the measured time, overrides
        it.

        Args:
            job: As for `make`.

        Yields:
            A function that does the rest of `make`.
        """
        yield partial(self.make, job)

    @abc.abstractmethod
    def make(self, job: ExportJob) -> ExportedFiles:
        """Write the files of this format and compare each with the model.

        Args:
            job: The model, the examples and the directory to write into.

        Returns:
            The rows of the report and the entry in `kerastl.json`. A refused file is not written.

        Raises:
            ValueError: If the model cannot be expressed in this format.
            RuntimeError: If an unquantized file does not compute what the model computes.
        """

    @abc.abstractmethod
    def run(self, path: Path, examples: HeldOut) -> np.ndarray:
        """Score examples with a file of this format, in its own runtime.

        Args:
            path: The file, or the directory of a SavedModel.
            examples: Examples to score.

        Returns:
            Scores of shape `(N, ...)`, float32.
        """

    @abc.abstractmethod
    def describe(self, artifacts: Sequence[Artifact], description: dict[str, Any]) -> list[str]:
        """Write the lines of the bundle's README that load and run a file.

        Args:
            artifacts: The kept files of this format, at least one.
            description: The format's entry in `kerastl.json`.

        Returns:
            Lines of Markdown.
        """
