"""The services that metrics are sent to, each with three functions."""

from __future__ import annotations

import abc
import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar


class Service(abc.ABC):
    """One run of a service.

    Args:
        name: Name of the run.
        directory: Directory of its files, or None for the service's own.

    Attributes:
        package: The package that it needs.
    """

    package: ClassVar[str]

    def __init__(self, name: str, directory: Path | None) -> None:
        self.name = name
        self.directory = directory

    @classmethod
    def load(cls) -> Any:
        """Import the package.

        Raises:
            ImportError: If it is not installed.
        """
        try:
            return importlib.import_module(cls.package)
        except ImportError as error:
            raise ImportError(
                f"This tracker needs a package: run pip install {cls.package}. "
                f"Received: a tracker of {cls.package} without it"
            ) from error

    @abc.abstractmethod
    def begin(self, settings: Mapping[str, Any]) -> None:
        """Begin the run, with its settings as plain values."""

    @abc.abstractmethod
    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Send metrics of an epoch, counted from 0."""

    @abc.abstractmethod
    def end(self) -> None:
        """End the run."""


class TensorBoard(Service):
    """Event files for `tensorboard --logdir`."""

    package = "tensorboard"

    def begin(self, settings: Mapping[str, Any]) -> None:
        """Open an event file, and write the settings as a text."""
        import tensorflow as tf

        directory = Path("logs") / self.name if self.directory is None else self.directory
        self._writer = tf.summary.create_file_writer(str(directory))
        lines = [f"    {name}: {value}" for name, value in settings.items()]
        with self._writer.as_default():
            tf.summary.text("settings", "\n".join(lines), step=0)

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Write scalars."""
        import tensorflow as tf

        with self._writer.as_default():
            for name, value in metrics.items():
                tf.summary.scalar(name, value, step=step)
        self._writer.flush()

    def end(self) -> None:
        """Close the file."""
        self._writer.close()


class MLflow(Service):
    """A run of MLflow, in the experiment and at the address that its environment names."""

    package = "mlflow"

    def begin(self, settings: Mapping[str, Any]) -> None:
        """Start a run, or use the one that the user has started."""
        mlflow = self.load()
        if self.directory is not None and not os.environ.get("MLFLOW_TRACKING_URI"):
            self.directory.mkdir(parents=True, exist_ok=True)
            # MLflow 3 refuses a folder of files as a store.
            database = self.directory.resolve() / "mlflow.db"
            mlflow.set_tracking_uri(f"sqlite:///{database.as_posix()}")
        self._is_own = mlflow.active_run() is None
        if self._is_own:
            mlflow.start_run(run_name=self.name)
        mlflow.log_params(dict(settings))

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Send metrics."""
        self.load().log_metrics(dict(metrics), step=step)

    def end(self) -> None:
        """End the run, if it is not the user's."""
        if self._is_own:
            self.load().end_run()


class WeightsAndBiases(Service):
    """A run of Weights & Biases, in the project that its environment names, else `kerastl`."""

    package = "wandb"

    def begin(self, settings: Mapping[str, Any]) -> None:
        """Start a run, or use the one that the user has started."""
        wandb = self.load()
        self._is_own = wandb.run is None
        if self._is_own:
            directory = None if self.directory is None else str(self.directory)
            project = os.environ.get("WANDB_PROJECT", "kerastl")
            wandb.init(project=project, name=self.name, dir=directory, config=dict(settings))

    def log(self, metrics: Mapping[str, float], step: int) -> None:
        """Send metrics."""
        self.load().log({**metrics, "epoch": step})

    def end(self) -> None:
        """End the run, if it is not the user's."""
        if self._is_own:
            self.load().finish()


SERVICES: dict[str, type[Service]] = {
    "tensorboard": TensorBoard,
    "mlflow": MLflow,
    "wandb": WeightsAndBiases,
}
"""The services by name."""
