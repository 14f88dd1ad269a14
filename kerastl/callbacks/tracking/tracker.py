"""A callback that sends metrics to a tracker."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from kerastl.basics.suggest import unknown_name
from kerastl.callbacks.tracking.services import SERVICES


class Tracker(keras.callbacks.Callback):
    """Send the metrics of every epoch to TensorBoard, MLflow or Weights & Biases.

    In a training with phases, epochs are counted over all of them, and a linear probe is one. Its
    metrics are sent like those of any epoch. It also works in the `fit` of any Keras model.

    Args:
        service: `"tensorboard"`, `"mlflow"` or `"wandb"`.
        name: Name of the run. Defaults to `"kerastl"`.
        directory: Directory of the files. Defaults to None: `logs/NAME` for TensorBoard, and where
            the service's own environment variables say for the others.
        settings: Settings of the run, as plain values by name. Defaults to none.

    Raises:
        ValueError: If the service is unknown.
        ImportError: If its package is not installed. Nothing has been trained then.

    Example:

    ```python
    tracker = kerastl.callbacks.Tracker("mlflow", name="trash", settings={"alpha": 0.35})
    recipe.fit(data, callbacks=[tracker])
    ```
    """

    def __init__(
        self,
        service: str,
        *,
        name: str = "kerastl",
        directory: str | os.PathLike[str] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        if service not in SERVICES:
            raise unknown_name("tracker", service, SERVICES)
        SERVICES[service].load()
        self._service = SERVICES[service](name, None if directory is None else Path(directory))
        self._settings = dict(settings or {})

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Begin the run."""
        self._service.begin(self._settings)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Send the metrics of an epoch."""
        numbers = {name: float(value) for name, value in (logs or {}).items()}
        self._service.log({n: v for n, v in numbers.items() if math.isfinite(v)}, epoch)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """End the run."""
        self._service.end()
