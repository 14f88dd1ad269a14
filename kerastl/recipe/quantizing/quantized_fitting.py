"""Quantization-aware training of a recipe."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kerastl.basics.arguments import check_count, check_number, check_optional
from kerastl.recipe.preparing import checked
from kerastl.recipe.runs.run_settings import run_settings

if TYPE_CHECKING:
    import keras

    from kerastl.data.splits.split import Split
    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.checkpoint.checkpoint import Checkpoint
    from kerastl.training.phases.history import PhasedHistory

# Peak learning rate by bits. The size of Adam's steps does not depend on the gradient: if rounding
# costs little, the usual fine-tuning rate would lead away from the float model.
_RATES = {4: 1e-4, 8: 1e-5}
# Two hundred steps of 16 examples bring most of the gain, for any number of examples.
_SEEN, _EPOCHS = 3000, (2, 8)
# As many as in an export; all tensors of a batch are in memory at once.
_CALIBRATION, _TOGETHER = 200, 4


def fit_quantized(
    recipe: RecipeContract,
    data: Any,
    *,
    bits: int,
    epochs: int | None,
    learning_rate: float | None,
    batch_size: int,
    seed: int,
    callbacks: Sequence[keras.callbacks.Callback],
    checkpoint: Checkpoint | None,
    verbose: Any,
) -> PhasedHistory:
    """Train a copy of a recipe's weights with fake quantization.

    The model keeps its own weights; the trained ones are in `recipe.quantized_weights`.

    Args:
        recipe: A recipe with a model.
        data: Labelled examples.
        bits: As for `Recipe.fit_quantized`, and so are the other arguments.
        epochs: Epochs over the training split.
        learning_rate: Peak learning rate.
        batch_size: Examples in a batch.
        seed: Seed of order and augmentation.
        callbacks: Keras callbacks.
        checkpoint: Where the state of the run is saved; held by the caller.
        verbose: As for `keras.Model.fit`.

    Returns:
        The history; `val_agreement` and `val_divergence` compare with the float model.
    """
    _check(bits, epochs, learning_rate, batch_size)
    from kerastl.artifacts.quantization_aware.quantization_aware_step import QuantizationAwareStep
    from kerastl.callbacks.checked_callbacks import checked_callbacks
    from kerastl.data.splits.sampling import stratified_sample
    from kerastl.data.splits.unreadable import naming_unreadable
    from kerastl.recipe.examples import RecipeExamples
    from kerastl.training.loop.trainer import Trainer
    from kerastl.training.phases.learning_rate import LearningRate
    from kerastl.training.phases.phase import Phase

    callbacks = checked_callbacks(callbacks, takes_phases=False)
    model = recipe.model
    if data is None:
        raise ValueError(
            "Quantization-aware training needs examples, and a loaded recipe has none: pass data, "
            "as to fit(). Received: data=None"
        )
    # The same seed as in `fit`, so that the same validation split is held out.
    data = checked(recipe, data, recipe.seed)
    if epochs is None:
        fewest, most = _EPOCHS
        epochs = min(most, max(fewest, math.ceil(_SEEN / len(data.train))))
    phase = Phase(
        "all",
        epochs=epochs,
        learning_rate=LearningRate(_RATES[bits] if learning_rate is None else learning_rate),
        augment=True,
        weight_decay=0.0,
        # The network runs in inference mode: gamma and beta train, moving statistics do not.
        freeze_batch_norm=False,
    )
    sample = stratified_sample(data.train, _CALIBRATION)
    step = QuantizationAwareStep(
        model,
        RecipeExamples(recipe, data, batch_size),
        recipe.criterion,
        seed,
        bits,
        recipe.measure(),
        lambda: _inputs(recipe, sample),
    )
    trainer = Trainer(
        step,
        recipe.backbone.fine_tune_learning_rate,
        callbacks,
        checkpoint=checkpoint,
        settings={} if checkpoint is None else run_settings(recipe, data, [phase]),
        verbose=verbose,
    )
    first = model.get_weights()
    try:
        with naming_unreadable(data.train, data.validation):
            history = trainer.run([phase])
        recipe.quantized_weights.pop(bits, None)
        if history.phases[-1]["kept_epoch"] is not None:
            recipe.quantized_weights[bits] = model.get_weights()
    finally:
        # Files in float are made from the float model's own weights.
        model.set_weights(first)
    return history


def _inputs(recipe: RecipeContract, split: Split) -> Iterator[Any]:
    batches = recipe.batches(split, _TOGETHER)
    if split.labels is not None:
        batches = batches.map(lambda inputs, labels: inputs)
    return iter(batches.as_numpy_iterator())


def _check(bits: int, epochs: int | None, learning_rate: float | None, batch_size: int) -> None:
    if bits not in _RATES or isinstance(bits, bool):
        raise ValueError(f"`bits` must be 4 or 8. Received: bits={bits!r}")
    check_optional(check_count, "epochs", epochs)
    check_optional(check_number, "learning_rate", learning_rate, "(0, inf)")
    check_count("batch_size", batch_size)
