"""Base class of the unfreezing callbacks: rebuilds the training step inside `fit`."""

import abc
import warnings
from collections.abc import Sequence
from typing import Any

import keras

from kerastl.callbacks.known_weights import bare, build_optimizer, has_trained
from kerastl.callbacks.parts import Parts
from kerastl.callbacks.rewarming import Rewarming
from kerastl.training.optimizer.staged_adamw import StagedAdamW


class Unfreezing(keras.callbacks.Callback, abc.ABC):
    """Make one part of a model trainable at the beginning of each epoch.

    Setting `trainable` inside `fit` has no effect by itself: Keras's training step has already
    fixed the trainable weights. On TensorFlow the step can be rebuilt if the optimizer was built
    on all weights beforehand. On other backends the optimizer's weights must be exactly the
    trainable ones, so they cannot change.

    A subclass defines the parts (`plan`) and the part of each epoch (`part_at`).

    Args:
        head: Names of the head's layers.
        freeze_batch_norm: Whether batch normalization stays frozen outside of the head.
        rewarm: Whether the learning rate of a Keras Adam is lowered after an unfreezing.
    """

    def __init__(
        self, head: str | Sequence[str] | None, freeze_batch_norm: bool, rewarm: bool
    ) -> None:
        super().__init__()
        self.head = head
        self.freeze_batch_norm = freeze_batch_norm
        self.rewarm = rewarm
        self.trains: str | None = None
        self._parts: Parts | None = None
        self._weights: dict[str, list[Any]] = {}
        self._rewarming: Rewarming | None = None

    @abc.abstractmethod
    def plan(self, parts: Parts) -> list[str]:
        """Return every part that may train, in order."""

    @abc.abstractmethod
    def part_at(self, epoch: int) -> str:
        """Return the part that trains in an epoch; `self.trains` is None in the first of a fit."""

    def set_model(self, model: keras.Model) -> None:
        """Build the optimizer on all weights of the schedule."""
        super().set_model(model)
        self._parts = None
        # Before any callback begins: BackupAndRestore, first in the list, would otherwise build
        # the optimizer on too few weights and lose its saved state.
        optimizer = getattr(model, "optimizer", None)
        if optimizer is not None and model.built and keras.backend.backend() == "tensorflow":
            self._prepare(model)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Check that backend, model and optimizer support the schedule."""
        self.trains = None
        if self._parts is None or not self.model.optimizer.built:
            self._prepare(self.model)
        if self._rewarming is not None:
            self._rewarming.restore()
        self._rewarming = self._rewarming_of(bare(self.model.optimizer))

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Make the part of this epoch trainable."""
        trains = self.part_at(epoch)
        if trains == self.trains:
            return
        assert self._parts is not None
        weights = self._parts.train(trains)
        self.model.make_train_function(force=True)
        optimizer = self.model.optimizer
        if self._rewarming is not None and int(optimizer.iterations) > 0:
            # After a resume the time since the last unfreezing is unknown: start over.
            resumed = self.trains is None and epoch > 0 and trains != next(iter(self._weights))
            if resumed or not all(has_trained(optimizer, weight) for weight in weights):
                self._rewarming.begin()
        self.trains = trains

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Lower the rate for weights that were just unfrozen."""
        if self._rewarming is not None:
            self._rewarming.lower(self.model.steps_per_execution)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Restore the rate, so that other callbacks see the rate that was set."""
        if self._rewarming is not None:
            self._rewarming.restore()

    def trained_before(self, trains: str, without: str) -> bool:
        """Return whether the optimizer has updated a weight of one part that is not in another."""
        others = {id(weight) for weight in self._weights[without]}
        return any(
            has_trained(self.model.optimizer, weight)
            for weight in self._weights[trains]
            if id(weight) not in others
        )

    def _prepare(self, model: keras.Model) -> None:
        if not model.built:
            raise ValueError(
                "Build the model before `fit`, by an `Input` or a first call, so that it has "
                f"weights to freeze. Received: model={model.name!r}, not built"
            )
        parts = Parts(model, self.head, self.freeze_batch_norm)
        plan = self.plan(parts)
        backend = keras.backend.backend()
        if len(set(plan)) > 1 and backend != "tensorflow":
            raise RuntimeError(
                f"On the {backend} backend the trained part cannot change inside `fit`. Call "
                "`compile` and `fit` once for each phase, with FreezeSchedule({0: ...}), or let "
                f"a kerastl recipe run the phases. Received: a schedule of {', '.join(plan)}"
            )
        self._weights = {trains: parts.train(trains) for trains in plan}
        ever = {id(weight) for weights in self._weights.values() for weight in weights}
        build_optimizer(
            model.optimizer,
            list(self._weights.values()),
            [weight for weight in model.weights if id(weight) in ever],
        )
        self._parts = parts

    def _rewarming_of(self, optimizer: Any) -> Rewarming | None:
        if not self.rewarm or len(self._weights) < 2 or isinstance(optimizer, StagedAdamW):
            return None
        is_adam = isinstance(optimizer, keras.optimizers.Adam)
        if is_adam and isinstance(optimizer._learning_rate, keras.Variable):
            return Rewarming(optimizer)
        if is_adam or isinstance(optimizer, keras.optimizers.Nadam):
            warnings.warn(
                f"{type(optimizer).__name__} counts steps once for all weights, so "
                "weights unfrozen later move several times as far as the learning rate, and this "
                "learning rate cannot be lowered meanwhile. Compile with StagedAdamW.",
                stacklevel=2,
            )
        return None
