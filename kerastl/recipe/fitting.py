"""The training of a recipe, from data to history."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kerastl.data.splits.dataset import Dataset

if TYPE_CHECKING:
    import keras

    from kerastl.recipe.recipe import Recipe
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.checkpoint.checkpoint import Checkpoint
    from kerastl.training.phases.phase import Phase
    from kerastl.training.schedules.schedule import Schedule


def fit_recipe(
    recipe: Recipe,
    data: Dataset | Sequence[Dataset] | None,
    schedule: str | Schedule | Sequence[Phase],
    *,
    adapt_to: Any,
    adaptation: Any,
    batch_size: int | None,
    seed: int | None,
    callbacks: Sequence[keras.callbacks.Callback],
    cache: FeatureCache | str | os.PathLike[str] | None,
    checkpoint: Checkpoint | str | os.PathLike[str] | None,
    resume: bool,
    verbose: Any,
) -> keras.callbacks.History:
    """Do what `Recipe.fit` promises; see there."""
    if adapt_to is not None:
        return _adapt(
            recipe,
            data,
            schedule,
            adapt_to,
            adaptation,
            checkpoint,
            resume,
            batch_size=batch_size,
            seed=seed,
            callbacks=callbacks,
            cache=cache,
            verbose=verbose,
        )
    if not isinstance(data, Dataset):
        raise ValueError(
            "Only an adaptation takes several data sets, or none: pass adapt_to=, or one data set. "
            f"Received: data={data!r}"
        )
    import keras

    from kerastl.data.splits.holdout import with_validation
    from kerastl.data.splits.unreadable import naming_unreadable
    from kerastl.recipe.examples import RecipeExamples
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.checkpoint.checkpoint import Checkpoint
    from kerastl.training.loop.trainer import Trainer
    from kerastl.training.phases.batch_size import batch_size_for
    from kerastl.training.schedules.resolve import named_schedule, resolve_schedule

    if resume and checkpoint is None:
        raise ValueError(
            "Say which run to go on with: pass checkpoint=, the directory that the killed fit "
            "had. Received: resume=True, checkpoint=None"
        )
    kept = None if checkpoint is None else Checkpoint.of(checkpoint, resume)
    recipe._check_modality(data.train)
    recipe.seed = seed or 0
    data = with_validation(data, seed=recipe.seed)
    recipe.check(data)
    examples = RecipeExamples(recipe, data, batch_size_for(len(data.train), batch_size))
    schedule = recipe.auto_schedule() if schedule == "auto" else named_schedule(schedule)
    phases = resolve_schedule(schedule, recipe.backbone.stage_names, examples)
    if seed is not None:
        keras.utils.set_random_seed(seed)
    if verbose != 0:
        print(data)
    recipe._prepare(data.train)
    if recipe._model is None or recipe.class_names != data.class_names:
        recipe.build(data.class_names)
    recipe._data = data
    trainer = Trainer(
        recipe.model,
        examples,
        recipe.backbone.fine_tune_learning_rate,
        seed=recipe.seed,
        callbacks=callbacks,
        cache=FeatureCache.of(cache),
        checkpoint=kept,
        settings={} if kept is None else _settings(recipe, data, schedule),
        criterion=recipe.criterion,
        verbose=verbose,
    )
    with naming_unreadable(data.train, data.validation):
        history = trainer.run(phases, getattr(schedule, "decide", None))
    assert data.validation is not None
    recipe.conclude(data.validation)
    if kept is not None and kept is not checkpoint:
        kept.remove()
    return history


def _adapt(
    recipe: Recipe,
    data: Dataset | Sequence[Dataset] | None,
    schedule: str | Schedule | Sequence[Phase],
    adapt_to: Any,
    adaptation: Any,
    checkpoint: Any,
    resume: bool,
    **settings: Any,
) -> keras.callbacks.History:
    from kerastl.adaptation.domains.target import Target
    from kerastl.recipe.adapting import adapt_recipe

    if checkpoint is not None or resume:
        raise ValueError(
            "An adaptation cannot be resumed: leave out checkpoint= and resume=, or pass cache=, "
            "with which a repeated run finds its features. "
            f"Received: checkpoint={checkpoint!r}, resume={resume}"
        )
    sources = [data] if isinstance(data, Dataset) else list(data or ())
    return adapt_recipe(recipe, sources, Target.of(adapt_to), adaptation, schedule, **settings)


def _settings(
    recipe: Recipe, data: Dataset, schedule: Schedule | Sequence[Phase]
) -> dict[str, Any]:
    """Return what of the recipe a resumed run must have in common with the killed one."""
    assert data.validation is not None
    config = recipe.get_config()
    augmentation = config.pop("augmentation", "none")
    is_layer = not isinstance(augmentation, str)
    scaling = getattr(recipe.backbone, "preprocessing", "its own")
    return {
        **config,
        "task": recipe.task,
        # A user's own model has a name that Keras counts up, and layers with such names.
        "backbone": "custom" if recipe.backbone.kind == "custom" else recipe.backbone.name,
        "fine-tuning rate": recipe.backbone.fine_tune_learning_rate,
        "stages": list(recipe.backbone.stage_names),
        "preprocessing": scaling if isinstance(scaling, str) else type(scaling).__name__,
        "augmentation": augmentation["class_name"] if is_layer else augmentation,
        "number of validation examples": len(data.validation),
        # A list of phases is described by the phases.
        "schedule": getattr(schedule, "get_config", dict)(),
    }
