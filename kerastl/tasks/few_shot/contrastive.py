"""Contrastive fine-tuning of an encoder from a few labelled examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kerastl.basics.arguments import check_count
from kerastl.tasks.few_shot.class_batches import class_batches
from kerastl.tasks.few_shot.supervised_contrastive import SupervisedContrastive
from kerastl.training.freezing.freezing import train_only
from kerastl.training.loop.compilation import optimizer_for_phase, stage_multipliers
from kerastl.training.loop.finite_loss import FiniteLoss
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from kerastl.training.phases.phase import Phase


@dataclass(frozen=True)
class Contrastive:
    """Say how long and how fast an encoder is tuned on pairs.

    Args:
        rounds: How often each example is encoded, at most. Defaults to 40, as SetFit's 20
            rounds of pairs do with a positive and a negative pair an example (Tunstall et al.
            2022).
        max_steps: Where the rounds end even so: with many classes, pairs are many more than it
            takes. Defaults to 200.
        batch_size: Examples in a batch, at least 4. Defaults to 32.

    Raises:
        ValueError: If a value is out of its range.
    """

    rounds: int = 40
    max_steps: int = 200
    batch_size: int = 32

    def __post_init__(self) -> None:
        for name, least in (("rounds", 1), ("max_steps", 1), ("batch_size", 4)):
            check_count(name, getattr(self, name), least)

    def steps(self, labels: np.ndarray) -> int:
        """Return the number of batches for examples with these labels."""
        size = len(next(class_batches(labels, self.batch_size, 1, seed=0)))
        return min(self.max_steps, -(-self.rounds * len(labels) // size))

    def tune(
        self,
        model: keras.Model,
        inputs: dict[str, np.ndarray],
        labels: np.ndarray,
        *,
        trains: str,
        learning_rate: float,
        seed: int,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        verbose: Any = "auto",
    ) -> list[float]:
        """Bring examples of one class together and those of different classes apart.

        Args:
            model: A model made of stages, with a layer named `"pooling"`, whose inputs are the
                vectors that are compared. Its weights change.
            inputs: The examples as the model takes them, by name.
            labels: Integers of shape `(examples,)`, of two classes at least.
            trains: Which stages train; see `Phase`.
            learning_rate: Peak rate.
            seed: Seed of the batches.
            callbacks: Keras callbacks.
            verbose: As for `keras.Model.fit`.

        Returns:
            The mean loss of the first tenth of the steps, and of the last.

        Raises:
            FloatingPointError: If the loss becomes NaN or infinite. The model then has the
                weights that it began with.
        """
        train_only(model, trains)
        pooled = keras.tree.flatten(model.get_layer("pooling").input)
        vector = pooled[0] if len(pooled) == 1 else keras.layers.Concatenate()(pooled)
        encoder = keras.Model(model.input, vector, name="encoder")
        steps = self.steps(labels)
        phase = Phase(trains)
        optimizer = optimizer_for_phase(
            encoder.trainable_variables,
            phase,
            peak=learning_rate,
            batches=steps,
            previous=StagedAdamW(),
            rate_multipliers=stage_multipliers(model, phase.rate.stage_decay),
        )
        encoder.compile(optimizer, loss=SupervisedContrastive())
        rows = list(class_batches(labels, self.batch_size, steps, seed))
        losses = _Losses()
        chosen = np.concatenate(rows)
        drawn: Any = {name: values[chosen] for name, values in inputs.items()}
        if len(drawn) == 1:
            (drawn,) = drawn.values()
        before = model.get_weights()
        try:
            encoder.fit(
                drawn,
                labels[chosen],
                batch_size=len(rows[0]),
                shuffle=False,
                callbacks=[losses, FiniteLoss("contrastive fine-tuning"), *callbacks],
                verbose=verbose,
            )
        except FloatingPointError:
            model.set_weights(before)
            raise
        tenth = max(1, steps // 10)
        return [float(np.mean(losses.each[:tenth])), float(np.mean(losses.each[-tenth:]))]


class _Losses(keras.callbacks.Callback):
    """Keep the loss of every step, which Keras shows as a running mean."""

    def __init__(self) -> None:
        super().__init__()
        self.each: list[float] = []
        self._sum = 0.0

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        total = float((logs or {})["loss"]) * (batch + 1)
        self.each.append(total - self._sum)
        self._sum = total
