"""Training that prepares a recipe's weights for rounding."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import keras

    from kerastl.artifacts.quantization_aware.closest_epoch import ClosestEpoch
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Split
    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.phases.history import PhasedHistory

# The highest learning rate by bits. Adam takes steps of that size however small the gradient is:
# where rounding costs little, a fine-tuning's usual rate leads further away from the float model.
_RATES = {4: 1e-4, 8: 1e-5}
# Two hundred steps of 16 examples bring most of the gain, however many examples there are.
_PASSED, _EPOCHS = 3000, (2, 8)
# An export calibrates with as many; every tensor of a batch is in memory.
_CALIBRATION, _TOGETHER = 200, 4


def fit_quantized(
    recipe: RecipeContract,
    data: Dataset | None,
    *,
    bits: int,
    epochs: int | None,
    learning_rate: float | None,
    batch_size: int,
    seed: int,
    callbacks: Sequence[keras.callbacks.Callback],
    verbose: Any,
) -> PhasedHistory:
    """Train a recipe's weights with fake quantization; see `Recipe.fit_quantized`."""
    _ = recipe.model
    _check("bits", bits in _RATES, "4 or 8", bits)
    _check("epochs", epochs is None or epochs >= 1, "at least 1", epochs)
    learning_rate = _RATES[bits] if learning_rate is None else learning_rate
    within = 0 < learning_rate < math.inf
    _check("learning_rate", within, "finite and above 0", learning_rate)
    _check("batch_size", batch_size >= 1, "at least 1", batch_size)
    if data is None:
        raise ValueError(
            "The network is trained on examples: this recipe was loaded, so pass data, as to "
            "fit(). Received: data=None"
        )
    recipe.check_modality(data.train)
    return _fit(recipe, data, bits, epochs, learning_rate, batch_size, seed, callbacks, verbose)


def _fit(
    recipe: RecipeContract,
    data: Dataset,
    bits: int,
    epochs: int | None,
    learning_rate: float,
    batch_size: int,
    seed: int,
    callbacks: Sequence[keras.callbacks.Callback],
    verbose: Any,
) -> PhasedHistory:
    import keras

    from kerastl.artifacts.quantization_aware.closest_epoch import ClosestEpoch
    from kerastl.artifacts.quantization_aware.distillation import Distillation
    from kerastl.artifacts.quantization_aware.fake_quantized_model import FakeQuantizedModel
    from kerastl.data.pipeline.epoch_sampler import EpochSampler
    from kerastl.data.splits.holdout import with_validation
    from kerastl.data.splits.sampling import stratified_sample
    from kerastl.data.splits.unreadable import naming_unreadable
    from kerastl.training.freezing.freezing import train_only
    from kerastl.training.loop.finite_loss import FiniteLoss
    from kerastl.training.optimizer.scheduled_learning_rate import ScheduledLearningRate
    from kerastl.training.optimizer.staged_adamw import StagedAdamW
    from kerastl.training.phases.history import PhasedHistory

    # The part that `fit` held out where there was none, so that it decides here as well.
    data = with_validation(data, seed=recipe.seed)
    validation, model = data.validation, recipe.model
    assert validation is not None
    recipe.check(data)
    if epochs is None:
        fewest, most = _EPOCHS
        epochs = min(most, max(fewest, math.ceil(_PASSED / len(data.train))))
    fake_quantized = FakeQuantizedModel(model, bits)
    # Not `clone_model`, which also wants to make the loss of the last `fit` again.
    teacher = type(model).from_config(model.get_config())
    teacher.set_weights(model.get_weights())
    sample = stratified_sample(data.train, _CALIBRATION)

    def outputs() -> np.ndarray:
        fake_quantized.calibrate(_inputs(recipe, sample, _TOGETHER))
        rows = [fake_quantized.model.predict_on_batch(x) for x in _inputs(recipe, validation, 32)]
        return np.concatenate(rows)

    def say(line: str) -> None:
        if verbose != 0:
            print(line)

    rate = f"{epochs} epochs, learning rate {learning_rate:g}"
    say(f"Phase 1 of 1: all, rounded to {bits} bits, {rate}")
    history = PhasedHistory()
    history.phases.append(
        {
            "trains": "all",
            "bits": bits,
            "epochs": epochs,
            "learning_rate": learning_rate,
            "first_epoch": 0,
            "not_rounded": fake_quantized.plan.unknown,
        }
    )
    if fake_quantized.plan.unknown:
        say(f"Not rounded, layers of unknown classes: {', '.join(fake_quantized.plan.unknown)}")
    draws = EpochSampler(seed)
    with naming_unreadable(data.train, validation):
        closest = ClosestEpoch(
            model,
            outputs,
            recipe.outputs(validation, 32),
            recipe.targets(validation),
            recipe.criterion,
            recipe.measure(),
        )
        batches = recipe.batches(data.train, batch_size, shuffle=True, augment=True, seed=draws)
        steps = int(batches.cardinality()) * epochs
        try:
            # Distillation runs in inference mode: what may move here are gamma and beta alone.
            train_only(model, "all", freeze_batch_norm=False)
            distillation = Distillation(
                fake_quantized.model, teacher, recipe.criterion.single_label
            )
            shaped = ScheduledLearningRate("cosine", learning_rate, steps, round(steps / 10))
            distillation.compile(StagedAdamW(shaped, weight_decay=0.0, global_clipnorm=1.0))
            distillation.fit(
                batches,
                epochs=epochs,
                callbacks=[
                    keras.callbacks.LambdaCallback(
                        on_epoch_begin=lambda epoch, logs: draws.start(epoch)
                    ),
                    closest,
                    FiniteLoss(f"training rounded to {bits} bits"),
                    history,
                    *callbacks,
                ],
                verbose=verbose,
                shuffle=False,
            )
        except FloatingPointError:
            closest.restore()
            raise
        finally:
            train_only(model, "head")
    _conclude(recipe, closest, history, validation)
    say(_summary(closest))
    return history


def _conclude(
    recipe: RecipeContract, closest: ClosestEpoch, history: PhasedHistory, validation: Split
) -> None:
    history.phases[-1] |= {
        "kept_epoch": closest.kept_epoch,
        "agreement_before": closest.start["val_agreement"],
        "agreement": closest.kept["val_agreement"],
    }
    if closest.kept_epoch is not None:
        recipe.conclude(validation)


def _summary(closest: ClosestEpoch) -> str:
    kept = "the weights of the beginning: no epoch came closer to the float model"
    if closest.kept_epoch is not None:
        kept = f"epoch {closest.kept_epoch + 1}"
    metrics = " - ".join(
        f"{name}: {closest.start[name]:.4g} before, {value:.4g} now"
        for name, value in closest.kept.items()
    )
    return f"Kept {kept}: {metrics}"


def _inputs(recipe: RecipeContract, split: Split, batch_size: int) -> Iterator[Any]:
    batches = recipe.batches(split, batch_size)
    if split.labels is not None:
        batches = batches.map(lambda inputs, labels: inputs)
    return iter(batches.as_numpy_iterator())


def _check(name: str, is_right: bool, wanted: str, value: Any) -> None:
    if not is_right:
        raise ValueError(f"`{name}` must be {wanted}. Received: {name}={value!r}")
