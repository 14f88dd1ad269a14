"""Train a recipe on labelled examples."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kerastl.basics.printer import printer
from kerastl.recipe.preparing import check_schedule, checked, prepared
from kerastl.recipe.run_settings import run_settings

if TYPE_CHECKING:
    import keras

    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.checkpoint.checkpoint import Checkpoint
    from kerastl.training.phases.phase import Phase
    from kerastl.training.schedules.schedule import Schedule


def fit_recipe(
    recipe: RecipeContract,
    data: Any,
    schedule: str | Schedule | Sequence[Phase],
    *,
    batch_size: int | None,
    seed: int | None,
    callbacks: Sequence[keras.callbacks.Callback],
    cache: FeatureCache | str | os.PathLike[str] | None,
    checkpoint: Checkpoint | str | os.PathLike[str] | None,
    resume: bool,
    verbose: Any,
) -> keras.callbacks.History:
    """Train a recipe on one data set.

    Args:
        recipe: The recipe to train.
        data: Labelled examples.
        schedule: A schedule, its name, or phases; `"auto"` is the task's default.
        batch_size: Examples in a batch; None for the default, see `batch_size_for`.
        seed: As for `Recipe.fit`.
        callbacks: As for `Recipe.fit`.
        cache: As for `Recipe.fit`.
        checkpoint: As for `Recipe.fit`.
        resume: As for `Recipe.fit`.
        verbose: As for `Recipe.fit`.

    Returns:
        One history over all phases.
    """
    from kerastl.callbacks.checked_callbacks import checked_callbacks
    from kerastl.data.splits.unreadable import naming_unreadable
    from kerastl.recipe.examples import RecipeExamples
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.checkpoint.checkpoint import Checkpoint
    from kerastl.training.loop.expected_time import expected_time
    from kerastl.training.loop.trainer import Trainer
    from kerastl.training.phases.batch_size import batch_size_for
    from kerastl.training.schedules.resolve import named_schedule, resolve_schedule

    callbacks = checked_callbacks(callbacks)
    # Before the schedule: for `fit(x, y)`, the error must be about the data.
    data = recipe.as_dataset(data)
    check_schedule(schedule)
    saved = Checkpoint.wanted(checkpoint, resume)
    schedule = recipe.default_schedule() if schedule == "auto" else named_schedule(schedule)
    data = checked(recipe, data, seed, hold_out=getattr(schedule, "needs_validation", True))
    examples = RecipeExamples(recipe, data, batch_size_for(len(data.train), batch_size))
    phases = resolve_schedule(schedule, recipe.backbone.stage_names, examples)
    printer(verbose)(data)
    prepared(recipe, data.train, data.class_names, seed)
    for note in recipe.notes:
        printer(verbose)(note)
    recipe.data = data
    trainer = Trainer(
        recipe.training_step(schedule, examples),
        recipe.backbone.fine_tune_learning_rate,
        callbacks=callbacks,
        cache=FeatureCache.of(cache),
        checkpoint=saved,
        settings={} if saved is None else run_settings(recipe, data, schedule),
        verbose=verbose,
    )
    with naming_unreadable(data.train, data.validation):
        if verbose != 0 and getattr(schedule, "says_expected_time", False):
            printer(verbose)(expected_time(recipe.model, examples, phases))
        history = trainer.run(phases, getattr(schedule, "decide", None))
    if data.validation is not None:
        recipe.conclude(data.validation)
    if saved is not None and saved is not checkpoint:
        saved.remove()
    return history
