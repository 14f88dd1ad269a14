"""Train a recipe on labelled examples."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kerastl.basics.duration import seconds_of
from kerastl.basics.printer import printer
from kerastl.data.splits.other_class import known_data
from kerastl.recipe.concluding.conclude import conclude
from kerastl.recipe.preparing import check_schedule, checked, prepared
from kerastl.recipe.runs.run_settings import run_settings
from kerastl.training.schedules.kept_phases import KeepOption, decide_with, phases_with

if TYPE_CHECKING:
    import keras

    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.checkpoint.checkpoint import Checkpoint
    from kerastl.training.phases.history import PhasedHistory
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
    checkpoint: Checkpoint | None,
    refit: bool | None,
    keep: KeepOption | None,
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
        checkpoint: Where the state of the run is saved; held by the caller.
        refit: As for `Recipe.fit`.
        keep: As for `Recipe.fit`.
        verbose: As for `Recipe.fit`.

    Returns:
        One history over all phases.
    """
    from kerastl.callbacks.checked_callbacks import checked_callbacks
    from kerastl.data.splits.unreadable import naming_unreadable
    from kerastl.recipe.choosing.before_training import (
        choose_before_training,
        resume_choice,
        with_choice,
    )
    from kerastl.recipe.examples import RecipeExamples
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.cache.open_cache import OpenFeatureCache
    from kerastl.training.loop.expected_time import expected_time
    from kerastl.training.loop.trainer import Trainer
    from kerastl.training.phases.batch_size import batch_size_for
    from kerastl.training.phases.decision import Decision
    from kerastl.training.schedules.resolve import named_schedule, resolve_schedule

    started = time.perf_counter()
    callbacks = checked_callbacks(callbacks)
    # Before the schedule: for `fit(x, y)`, the error must be about the data.
    data = recipe.as_dataset(data)
    others = None
    if recipe.finds_unknown:
        data, others = known_data(data)
    check_schedule(schedule)
    schedule = recipe.default_schedule() if schedule == "auto" else named_schedule(schedule)
    data = checked(recipe, data, seed, hold_out=getattr(schedule, "needs_validation", True))
    examples = RecipeExamples(recipe, data, batch_size_for(len(data.train), batch_size))
    phases = phases_with(resolve_schedule(schedule, recipe.backbone.stage_names, examples), keep)
    refits = _refits(refit, data.held_out, phases)
    say = printer(verbose)
    say(data)
    recipe.data = data
    budget = getattr(schedule, "budget", None)
    deadline = None if budget is None else started + seconds_of(budget)
    with (
        naming_unreadable(data.train, data.validation),
        OpenFeatureCache(FeatureCache.of(cache), say) as features,
    ):
        choice = None
        if not resume_choice(recipe, schedule, checkpoint):
            choice = choose_before_training(
                recipe,
                data,
                schedule,
                features,
                batch_size=examples.batch_size,
                seed=seed or 0,
                deadline=deadline,
                say=say,
            )
        prepared(recipe, data.train, data.class_names, seed)
        for note in recipe.notes:
            say(note)
        step = recipe.training_step(schedule, examples)
        trainer = Trainer(
            step,
            recipe.backbone.fine_tune_learning_rate,
            callbacks=callbacks,
            cache=features,
            checkpoint=checkpoint,
            settings={}
            if checkpoint is None
            else {**run_settings(recipe, data, schedule), "keep": keep},
            verbose=verbose,
            started=started,
            deadline=deadline,
        )
        if verbose != 0 and getattr(schedule, "says_expected_time", False):
            say(expected_time(recipe.model, examples, phases))
        decide = with_choice(getattr(schedule, "decide", None), choice, recipe.input_size)
        decide = decide_with(decide, keep)

        def finish(history: PhasedHistory, restored: bool) -> None:
            if choice is not None and history.decision is None:
                reasons = (recipe.input_size, *choice.reasons)
                history.decision = Decision((), reasons, choice.get_config()).get_config()
            if data.validation is not None:
                conclude(
                    recipe, step, data, history, features, refit=refits, restored=restored, say=say
                )
            elif recipe.finds_unknown:
                from kerastl.recipe.unknown.learn_unknown import learn_unknown, trains_head_alone

                cache = features if trains_head_alone(history) else None
                recipe.unknown_rule = learn_unknown(recipe, step, cache, data.train, None)
            if others is not None:
                from kerastl.recipe.unknown.unknown_answers import chosen_rule

                recipe.unknown_rule = chosen_rule(recipe, None, others)
                say(recipe.unknown_rule)

        history = trainer.run(phases, decide, finish)
    if history.explanation is not None:
        say(history.explanation)
    return history


def _refits(refit: bool | None, held_out: bool, phases: Sequence[Phase]) -> bool:
    """Return whether a probe is fitted again on training and validation examples."""
    has_probe = any(phase.linear_probe for phase in phases)
    if refit and not has_probe:
        raise ValueError(
            "refit=True fits a linear probe again, and this schedule has none: leave it out, or "
            "use a schedule with a linear probe such as 'auto' of a classification. "
            f"Received: refit=True with the phases {[str(phase) for phase in phases]}"
        )
    # Examples that the user set apart stay apart.
    return has_probe and (held_out if refit is None else refit)
