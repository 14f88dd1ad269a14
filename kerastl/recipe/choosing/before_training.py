"""Set the input and the feature stages of a recipe before a training."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kerastl.basics.progress import step
from kerastl.recipe.choosing.choose import InputChooser, TooFewExamplesError
from kerastl.recipe.choosing.input_choice import InputChoice
from kerastl.recipe.choosing.limits import InputLimits
from kerastl.recipe.choosing.scope import ChoiceScope
from kerastl.training.phases.decision import Decision

if TYPE_CHECKING:
    from kerastl.basics.printer import Say
    from kerastl.data.splits.dataset import Dataset
    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.cache.open_cache import OpenFeatureCache
    from kerastl.training.checkpoint.checkpoint import Checkpoint
    from kerastl.training.phases.probe_evidence import ProbeEvidence

Decide = Callable[["ProbeEvidence"], Decision]


def choose_before_training(
    recipe: RecipeContract,
    data: Dataset,
    schedule: Any,
    features: OpenFeatureCache,
    *,
    batch_size: int,
    seed: int,
    deadline: float | None,
    say: Say,
) -> InputChoice | None:
    """Choose the input and the feature stages of a recipe, and build its model for them.

    Nothing is chosen for a recipe that has a model with these classes, has a bottleneck or no
    linear probe, or was given both; and by a schedule without `chooses_input`.

    Args:
        recipe: The recipe, which changes.
        data: The data set.
        schedule: A schedule or phases.
        features: The feature cache.
        batch_size: Examples in a batch.
        seed: Seed of the sample, the folds and the model.
        deadline: As for `InputLimits`.
        say: Function that prints the choice.

    Returns:
        The choice, or None if nothing was chosen.

    Raises:
        ValueError: If `max_pixels` of the schedule excludes every image size.
    """
    if not _may_choose(recipe, data, schedule):
        return None
    limits = InputLimits(
        getattr(schedule, "max_pixels", None), getattr(schedule, "max_latency", None), deadline
    )
    scope = ChoiceScope(
        sizes=getattr(schedule, "compares_sizes", False),
        # A stage that the schedule names must be there.
        stages=getattr(schedule, "from_stage", None) is None,
    )
    try:
        choice = _choose(recipe, data, features, limits, batch_size, seed, scope)
    except TooFewExamplesError as error:
        say(f"Input size and feature stages are not chosen: {error}")
        return None
    if choice is not None:
        say(choice)
    return choice


def choose_stages_before_probe(
    recipe: RecipeContract,
    data: Dataset,
    features: OpenFeatureCache,
    *,
    batch_size: int,
    seed: int,
) -> None:
    """Choose the feature stages of a recipe for its present input, and build its model for them.

    Args:
        recipe: The recipe, which changes. Stages that were given are kept.
        data: The data set.
        features: The feature cache.
        batch_size: Examples in a batch.
        seed: Seed of the folds and of the model.
    """
    scope = ChoiceScope(truncation=False)
    with suppress(TooFewExamplesError):
        _choose(recipe, data, features, InputLimits(), batch_size, seed, scope)


def resume_choice(recipe: RecipeContract, schedule: Any, saved: Checkpoint | None) -> bool:
    """Set the input and the feature stages that an interrupted run has chosen.

    Args:
        recipe: The recipe, which changes.
        schedule: A schedule or phases.
        saved: The checkpoint, or None.

    Returns:
        Whether there is a run to resume. That of another backbone changes nothing: the training
        names the difference.
    """
    run = None if saved is None else saved.stored_run()
    if run is None:
        return False
    same = list(recipe.backbone.stage_names) == run.get("stages") and not recipe.is_built
    if same and getattr(schedule, "chooses_input", False):
        chosen = {name: run[name] for name in recipe.input_arguments() if name in run}
        settings = {name: _from_plain(value) for name, value in chosen.items()}
        if recipe.chooses_input:
            recipe.read_as(settings, "as chosen before the run was interrupted")
        if recipe.chooses_stages and run.get("feature_stages"):
            recipe.read_stages(run["feature_stages"])
    return True


def with_choice(
    decide: Decide | None, choice: InputChoice | None, input_size: str
) -> Decide | None:
    """Return a function that decides as `decide` does, and adds what was chosen before.

    Args:
        decide: Function of a schedule, or None.
        choice: The choice, or None.
        input_size: The recipe's line about its input.
    """
    if decide is None or choice is None:
        return decide

    def decided(evidence: ProbeEvidence) -> Decision:
        decision = decide(evidence)
        reasons = dict.fromkeys((*decision.reasons, input_size, *choice.reasons))
        return replace(decision, reasons=tuple(reasons), input=choice.get_config())

    return decided


def _choose(
    recipe: RecipeContract,
    data: Dataset,
    features: OpenFeatureCache,
    limits: InputLimits,
    batch_size: int,
    seed: int,
    scope: ChoiceScope,
) -> InputChoice | None:
    """Choose, and set up the recipe as chosen; return None if there is nothing to choose."""
    from kerastl.training.freezing.preserved import preserved_randomness

    with preserved_randomness(seed):
        chooser = InputChooser(recipe, data, features, limits, batch_size, seed, scope)
        if not chooser.has_choice:
            return None
        with step(chooser.title, chooser.units) as advance:
            choice, built = chooser.choose(advance)
    # Else the input is not chosen, and nothing says so.
    if scope.truncation:
        recipe.read_as(choice.settings, choice.reason)
    if choice.feature_stages != recipe.feature_stages:
        recipe.read_stages(choice.feature_stages)
    recipe.adopt(built.model, data.class_names)
    return choice


def _may_choose(recipe: RecipeContract, data: Dataset, schedule: Any) -> bool:
    kept = recipe.is_built and recipe.class_names == tuple(data.class_names)
    if not getattr(schedule, "chooses_input", False) or kept or recipe.bottleneck is not None:
        return False
    plain = copy.copy(recipe)
    plain.prepare(data.train)
    return plain.criterion.has_linear_probe and (recipe.chooses_input or recipe.chooses_stages)


def _from_plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
