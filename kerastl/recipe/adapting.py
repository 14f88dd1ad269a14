"""The training of a recipe on a source, fitted to a target, from data to verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.adaptation.domains.target import Target
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.adaptation.methods.resolve import resolve_method
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.holdout import with_validation
from kerastl.data.splits.joining import join
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.probe_guided_fine_tune import ProbeGuidedFineTune

if TYPE_CHECKING:
    import os

    import keras

    from kerastl.data.splits.split import Split
    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.schedules.schedule import Schedule

_BOTTLENECK = 256


def adapt_recipe(
    recipe: RecipeContract,
    data: Dataset | Sequence[Dataset] | None,
    adapt_to: Any,
    adaptation: str | AdaptationMethod,
    schedule: str | Schedule | Sequence[Phase],
    *,
    batch_size: int | None,
    seed: int | None,
    callbacks: Sequence[keras.callbacks.Callback],
    cache: FeatureCache | str | os.PathLike[str] | None,
    checkpoint: Any,
    resume: bool,
    verbose: Any,
) -> keras.callbacks.History:
    """Do what `Recipe.fit` promises where there is a target; see there.

    Args:
        recipe: What is trained.
        sources: Labelled examples, one data set a domain, all of the same classes; none where
            the recipe is trained already and the method needs the target alone.
        target: Examples of the domain that the recipe shall work on.
        adaptation: A method or its name.
        schedule: Phases; `"auto"` stands for the method's own. One that goes by the number of
            examples counts those of the sources.
        batch_size: Source examples in a batch, None for what their number suggests.
        seed: As for `Recipe.fit`.
        callbacks: As for `Recipe.fit`.
        cache: As for `Recipe.fit`.
        verbose: As for `Recipe.fit`.

    Returns:
        The adapted model's history; `recipe.verdict` says whether it helped.
    """
    import keras

    from kerastl.adaptation.adapt_and_compare import adapt
    from kerastl.adaptation.training.domain_trainer import DomainTrainer
    from kerastl.data.splits.unreadable import naming_unreadable
    from kerastl.recipe.examples import RecipeExamples
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.cache.open_cache import OpenFeatureCache
    from kerastl.training.phases.batch_size import batch_size_for
    from kerastl.training.schedules.resolve import named_schedule, resolve_schedule

    if checkpoint is not None or resume:
        raise ValueError(
            "An adaptation cannot be resumed: leave out checkpoint= and resume=, or pass cache=, "
            "with which a repeated run finds its features. "
            f"Received: checkpoint={checkpoint!r}, resume={resume}"
        )
    sources = [data] if isinstance(data, Dataset) else list(data or ())
    target = Target.of(adapt_to)
    method = resolve_method(adaptation).for_backbone(recipe.backbone)
    if not recipe.criterion.single_label:
        raise ValueError(
            "Adaptation needs a task where every example has one class. "
            f"Received: adapt_to= for {recipe!r}"
        )
    recipe.seed = seed or 0
    recipe.check_modality(target.examples)
    for source in sources:
        recipe.check_modality(source.train)
    target.check_is_another(sources)
    sources = [with_validation(source, seed=recipe.seed) for source in sources]
    if not sources:
        _check_source_free(recipe, method)
    names = sources[0].class_names if sources else recipe.class_names
    rows, joined = target.joined_with(sources, names)
    learned = [each.train for each in sources] or [target.examples]
    batch = batch_size_for(sum(map(len, learned)), batch_size)
    own_phases = schedule == "auto"
    schedule = [] if own_phases else named_schedule(schedule)
    if isinstance(schedule, ProbeGuidedFineTune):
        raise ValueError(
            "ProbeGuidedFineTune needs target labels, which an adaptation has not: leave out schedule= for "
            f"the method's own, or pass phases. Received: schedule={schedule!r}"
        )
    if not own_phases:
        counted = Dataset(join(learned), joined.validation)
        examples = RecipeExamples(recipe, counted, batch)
        phases = resolve_schedule(schedule, recipe.backbone.stage_names, examples)
    elif method.bottleneck and recipe.bottleneck is None and not sources:
        # Between a fixed backbone and a fixed head nothing would be left to train.
        phases = [Phase("last:1", epochs=5, keep="last")]
    else:
        phases = method.phases()
    if seed is not None:
        keras.utils.set_random_seed(seed)
    if verbose != 0:
        print(*sources, sep="\n")
        print(target)
    recipe.prepare(joined.train)
    if sources and method.bottleneck and recipe.bottleneck is None:
        recipe.bottleneck = _BOTTLENECK
        recipe.without_model()
    if not recipe.is_built or recipe.class_names != names:
        recipe.build(names)
    recipe.data = sources[0] if sources else None
    aligned = "pooling" if recipe.bottleneck is None else "bottleneck"

    def say(line: str) -> None:
        if verbose != 0:
            print(line)

    with (
        naming_unreadable(joined.train, joined.validation),
        OpenFeatureCache(FeatureCache.of(cache), say) as features,
    ):

        def trainer(chosen: AdaptationMethod | None) -> DomainTrainer:
            halves = chosen is not None and chosen.pairs
            size = batch * (2 if halves else 1)
            examples = RecipeExamples(recipe, joined, size, targets=_row_numbers)
            return DomainTrainer(
                recipe.model,
                aligned,
                examples,
                rows,
                chosen,
                recipe.backbone.fine_tune_learning_rate,
                features,
                recipe.seed,
                callbacks,
                verbose,
            )

        if not sources:
            # What a verdict compares is measured on labelled source examples.
            recipe.verdict = None
            return trainer(method).run(phases)
        adapted = adapt(trainer, method, phases, recipe.seed, target.keep_adapted)
    recipe.verdict = adapted.verdict
    say(str(adapted.verdict))
    return adapted.history


def _row_numbers(split: Split) -> np.ndarray:
    # The rows know labels and domains; batches carry their numbers.
    assert split.labels is not None
    return split.labels


def _check_source_free(recipe: RecipeContract, method: AdaptationMethod) -> None:
    if method.uses_source:
        raise ValueError(
            "This method learns from labelled source examples: pass them as data, or use 'shot' or "
            f"'self_training'. Received: data=None, adaptation={method!r}"
        )
    if not recipe.is_built:
        raise ValueError(
            "Without source examples a recipe must have been trained before: load one, or pass "
            f"data. Received: data=None with an untrained {recipe!r}"
        )
