"""Train a recipe on a labelled source, and adapt it to a target."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.adaptation.domains.target import Target
from kerastl.adaptation.methods.auto import Auto
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.adaptation.methods.resolve import resolve_method
from kerastl.adaptation.methods.self_training import SelfTraining
from kerastl.basics.printer import printer
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.joining import join
from kerastl.data.splits.other_class import known_data
from kerastl.recipe.preparing import check_schedule, checked, prepared
from kerastl.recipe.runs.run_settings import run_settings
from kerastl.training.phases.phase import Phase

if TYPE_CHECKING:
    import keras

    from kerastl.data.splits.split import Split
    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.checkpoint.checkpoint import Checkpoint
    from kerastl.training.schedules.schedule import Schedule

# Units of the bottleneck; a probe of more classes needs one for each class.
_BOTTLENECK = 256


def adapt_recipe(
    recipe: RecipeContract,
    data: Any,
    adapt_to: Any,
    adaptation: str | AdaptationMethod,
    schedule: str | Schedule | Sequence[Phase],
    *,
    batch_size: int | None,
    seed: int | None,
    callbacks: Sequence[keras.callbacks.Callback],
    cache: FeatureCache | str | os.PathLike[str] | None,
    checkpoint: Checkpoint | None,
    verbose: Any,
) -> keras.callbacks.History:
    """Train a recipe on labelled sources and adapt it to a target.

    Args:
        recipe: The recipe to train.
        data: Labelled examples, one data set for each source domain, all with the same classes;
            None to adapt a trained recipe with a method that needs the target alone.
        adapt_to: Examples of the target domain, or a `Target`.
        adaptation: A method or its name.
        schedule: A schedule, its name, or phases; `"auto"` is the method's own phases. A
            schedule that depends on the number of examples counts those of the sources.
        batch_size: Source examples in a batch; None for the default, see `batch_size_for`.
        seed: As for `Recipe.fit`.
        callbacks: As for `Recipe.fit`.
        cache: As for `Recipe.fit`.
        checkpoint: Where the state of the run is saved; held by the caller.
        verbose: As for `Recipe.fit`.

    Returns:
        The adapted model's history; `recipe.verdict` says whether adaptation helped.
    """
    from kerastl.adaptation.adapt_and_compare import AdaptationRun
    from kerastl.adaptation.training.adaptation_step import AdaptationStep
    from kerastl.callbacks.checked_callbacks import checked_callbacks
    from kerastl.data.splits.unreadable import naming_unreadable
    from kerastl.recipe.examples import RecipeExamples
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.cache.open_cache import OpenFeatureCache
    from kerastl.training.phases.batch_size import batch_size_for

    check_schedule(schedule)
    callbacks = checked_callbacks(callbacks)
    method = resolve_method(adaptation).for_backbone(recipe.backbone)
    if not recipe.criterion.single_label:
        raise ValueError(
            "Domain adaptation needs a task with one class for each example: leave adapt_to out. "
            f"Received: adapt_to for {recipe!r}"
        )
    if data is None and isinstance(method, Auto):
        # Without source examples there is no evidence to choose by.
        method = SelfTraining()
    target = Target.of(adapt_to, _pixel_range(recipe, data))
    recipe.check_modality(target.examples)
    sources = _checked_sources(recipe, data, target, seed)
    if not sources:
        _check_source_free(recipe, method)
    names = sources[0].class_names if sources else recipe.class_names
    rows, joined = target.joined_with(sources, names)
    learned = [each.train for each in sources] or [target.examples]
    batch = batch_size_for(sum(map(len, learned)), batch_size)
    counted = RecipeExamples(recipe, Dataset(join(learned), joined.validation), batch)
    phases = _phases(recipe, method, schedule, counted, has_source=bool(sources))
    say = printer(verbose)
    for described in (*sources, target):
        say(described)
    if sources and method.bottleneck and recipe.bottleneck is None:
        recipe.bottleneck = max(_BOTTLENECK, len(names))
        recipe.without_model()
    prepared(recipe, joined.train, names, seed)
    for note in recipe.notes:
        say(note)
    recipe.data = sources[0] if sources else None

    def make_step(chosen: AdaptationMethod | None) -> AdaptationStep:
        halves = chosen is not None and chosen.pairs
        size = batch * (2 if halves else 1)
        return AdaptationStep(
            recipe.model,
            RecipeExamples(recipe, joined, size, targets=_row_numbers),
            recipe.seed,
            "pooling" if recipe.bottleneck is None else "bottleneck",
            rows,
            chosen,
        )

    with (
        naming_unreadable(joined.train, joined.validation),
        OpenFeatureCache(FeatureCache.of(cache), say) as features,
    ):
        run = AdaptationRun(
            make_step,
            phases,
            features,
            recipe.backbone.fine_tune_learning_rate,
            callbacks,
            checkpoint,
            {} if checkpoint is None else run_settings(recipe, joined, phases),
            verbose,
        )
        if sources:
            adapted = run.compare(method, recipe.seed, target.keep_adapted)
            history, recipe.verdict = adapted.history, adapted.verdict
            say(recipe.verdict)
        else:
            # A verdict needs labelled source examples.
            _, history = run.train(method, callbacks)
            recipe.verdict = None
    return history


def _pixel_range(recipe: RecipeContract, data: Any) -> tuple[float, float] | None:
    """Return the range that the sources, or else the trained model, were declared with."""
    given = [data] if isinstance(data, Dataset) else list(data or ())
    for source in given:
        declared = getattr(source.train.inputs, "pixel_range", None)
        if declared is not None:
            return declared
    return recipe.pixel_range


def _checked_sources(
    recipe: RecipeContract, data: Any, target: Target, seed: int | None
) -> list[Dataset]:
    if data is None:
        return []
    several = isinstance(data, list | tuple) and any(isinstance(x, Dataset) for x in data)
    sources = [recipe.as_dataset(each) for each in (data if several else [data])]
    if recipe.finds_unknown:
        sources = [known_data(source)[0] for source in sources]
    for source in sources:
        recipe.check_modality(source.train)
    target.check_is_another(sources)
    return [checked(recipe, source, seed) for source in sources]


def _phases(
    recipe: RecipeContract,
    method: AdaptationMethod,
    schedule: Any,
    examples: Any,
    has_source: bool,
) -> list[Phase]:
    from kerastl.training.schedules.resolve import named_schedule, resolve_schedule

    if schedule == "auto":
        if method.bottleneck and recipe.bottleneck is None and not has_source:
            # Without a bottleneck, a frozen backbone and a fixed head leave nothing to train.
            return [Phase("last:1", epochs=5)]
        return method.phases()
    schedule = named_schedule(schedule)
    if hasattr(schedule, "decide"):
        raise ValueError(
            f"{type(schedule).__name__} decides by validation labels, and a target has none: leave "
            "out schedule= for the method's own phases, or pass a list of phases. "
            f"Received: schedule={schedule!r}"
        )
    return resolve_schedule(schedule, recipe.backbone.stage_names, examples)


def _row_numbers(split: Split) -> np.ndarray:
    # The targets are row indices, by which labels and domains are looked up.
    assert split.labels is not None
    return split.labels


def _check_source_free(recipe: RecipeContract, method: AdaptationMethod) -> None:
    if method.uses_source:
        raise ValueError(
            "This method needs labelled source examples: pass them as data, or use 'shot' or "
            f"'self_training'. Received: data=None, adaptation={method!r}"
        )
    if not recipe.is_built:
        raise ValueError(
            "Without source examples, the recipe must be trained already: load a trained one, or "
            f"pass data. Received: data=None with an untrained {recipe!r}"
        )
