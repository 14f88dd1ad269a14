"""Finish a trained recipe: fit its probe on all labels, and correct its confidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.recipe.concluding.refitted_on import RefittedOn

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset
    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.cache.open_cache import OpenFeatureCache
    from kerastl.training.loop.supervised_step import SupervisedStep
    from kerastl.training.phases.history import PhasedHistory

CROSS_FITTED, VALIDATION = "cross-fitted", "validation split"


@dataclass(frozen=True)
class _Unseen:
    """Outputs for examples that the measured model was not trained on, and their targets."""

    outputs: np.ndarray
    targets: np.ndarray
    source: str


def conclude(
    recipe: RecipeContract,
    step: Any,
    data: Dataset,
    history: PhasedHistory,
    features: OpenFeatureCache,
    *,
    refit: bool,
    say: Callable[[str], None],
) -> None:
    """Fit the probe on all labels, correct the confidence, and choose the task's settings.

    Every choice uses outputs for examples that the measured model was not trained on: those of
    the validation split or, after a refit, those of the cross-validation's probes.

    Args:
        recipe: The trained recipe.
        step: Its training.
        data: The data set with its validation split.
        history: The history of the training, to which `refit` and `calibration` are added.
        features: The feature cache of the training.
        refit: Whether the probe is fitted again on training and validation examples.
        say: Function that prints a line.
    """
    assert data.validation is not None
    if any(phase["linear_probe"] for phase in history.phases):
        recipe.refitted_on = None  # the head of an earlier fit is gone
    unseen = None
    if refit:
        unseen = _refit(recipe, step, data, history, features, say)
    if unseen is None:
        outputs = _validation_outputs(recipe, step, data, history, features)
        unseen = _Unseen(outputs, recipe.targets(data.validation), VALIDATION)
    criterion = recipe.criterion
    outputs = unseen.outputs
    if criterion.has_probabilities:
        temperature = criterion.fit_temperature(outputs, unseen.targets)
        recipe.model.get_layer("head").divide_logits(temperature)
        outputs = criterion.at_temperature(outputs, temperature)
        count = len(unseen.targets)
        history.calibration = {
            "temperature": temperature,
            "examples": count,
            "fitted_on": unseen.source,
        }
        say(f"Temperature {temperature:.2f}, fitted on {count} examples ({unseen.source})")
    recipe.conclude(outputs, unseen.targets)


def _refit(
    recipe: RecipeContract,
    step: SupervisedStep,
    data: Dataset,
    history: PhasedHistory,
    features: OpenFeatureCache,
    say: Callable[[str], None],
) -> _Unseen | None:
    """Fit the kept probe on all labels; return its cross-fitted outputs.

    Without them, or for examples in groups, which folds would divide, the outputs are those of
    the first probe on the validation split.
    """
    from kerastl.training.phases.phase import Phase

    assert data.validation is not None
    number = history.kept_probe
    if number is None:
        say("Validation examples are not trained on: the kept weights are not a linear probe's")
        return None
    described = history.phases[number]
    phase = Phase(**{each.name: described[each.name] for each in fields(Phase)})
    outputs = _validation_outputs(recipe, step, data, history, features)
    unseen = _Unseen(outputs, recipe.targets(data.validation), VALIDATION)
    fitted = step.refit_probe(phase, features)
    count = len(data.train) + len(data.validation)
    metrics: dict[str, float] = {}
    if fitted.cross_fitted is not None and not data.grouped:
        unseen = _Unseen(*fitted.cross_fitted, CROSS_FITTED)
        metrics = recipe.criterion.metrics(unseen.outputs, unseen.targets)
    recipe.refitted_on = RefittedOn.of(data.validation, metrics)
    history.refit = {
        "examples": count,
        "inverse_penalty": fitted.probe.inverse_penalty,
        "cross_fitted": metrics,
    }
    measured = "".join(f" - cross-fitted {name}: {each:.4f}" for name, each in metrics.items())
    say(f"Linear probe fitted again on training and validation, {count} examples{measured}")
    return unseen


def _validation_outputs(
    recipe: RecipeContract,
    step: Any,
    data: Dataset,
    history: PhasedHistory,
    features: OpenFeatureCache,
) -> np.ndarray:
    from kerastl.training.loop.head_outputs import head_outputs

    assert data.validation is not None
    if history.kept_probe is None:
        return recipe.outputs(data.validation)
    return head_outputs(recipe.model, step.examples.validation_in_order(), features)
