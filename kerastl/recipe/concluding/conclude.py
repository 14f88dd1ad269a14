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
    from kerastl.training.loop.fitted_probe import CrossFittedOutputs
    from kerastl.training.loop.supervised_step import SupervisedStep
    from kerastl.training.phases.history import PhasedHistory

CROSS_FITTED, VALIDATION = "cross-fitted", "validation split"


@dataclass(frozen=True)
class _Unseen:
    """Outputs for examples that the measured model was not trained on, and their targets."""

    outputs: np.ndarray
    targets: np.ndarray
    source: str
    cross_fitted: CrossFittedOutputs | None = None


def conclude(
    recipe: RecipeContract,
    step: Any,
    data: Dataset,
    history: PhasedHistory,
    features: OpenFeatureCache,
    *,
    refit: bool,
    restored: bool = False,
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
        restored: Whether a callback has restored weights that the history does not tell. Their
            probe is not fitted again. Defaults to False.
        say: Function that prints a line.
    """
    assert data.validation is not None
    if restored:
        recipe.refitted_on, history.refit = None, None
    if any(phase["linear_probe"] for phase in history.phases):
        recipe.refitted_on = None  # the head of an earlier fit is gone
    unseen = None
    if refit and not restored:
        unseen = _refit(recipe, step, data, history, features, say)
    if unseen is None:
        outputs = (
            recipe.outputs(data.validation)
            if restored
            else _validation_outputs(recipe, step, data, history, features)
        )
        unseen = _Unseen(outputs, recipe.targets(data.validation), VALIDATION)
    criterion = recipe.criterion
    outputs, temperature = unseen.outputs, 1.0
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
    if recipe.finds_unknown:
        from kerastl.recipe.unknown.learn_unknown import learn_unknown, trains_head_alone

        kept = history.kept_probe is not None and not restored
        is_cached = kept or trains_head_alone(history)
        recipe.unknown_rule = learn_unknown(
            recipe,
            step,
            features if is_cached else None,
            data.train,
            data.validation,
            refitted=recipe.refitted_on is not None,
            cross_fitted=unseen.cross_fitted,
            temperature=temperature,
        )


def _refit(
    recipe: RecipeContract,
    step: SupervisedStep,
    data: Dataset,
    history: PhasedHistory,
    features: OpenFeatureCache,
    say: Callable[[str], None],
) -> _Unseen | None:
    """Fit the head as a linear probe on all labels; return its cross-fitted outputs.

    Without them, or for examples in groups, which folds would divide, the outputs are those of
    the first probe on the validation split.

    On tuned features, the outputs are those for the validation examples: the backbone was not
    trained on them, nor was the head of their fold. The head stays as it was tuned unless its loss
    on them is higher.
    """
    from kerastl.training.phases.phase import Phase

    assert data.validation is not None
    tuned = history.kept_probe is None
    if tuned and data.grouped:
        say("The head stays as it was tuned: folds would divide the groups of the examples")
        return None
    described = next(each for each in reversed(history.phases) if each["linear_probe"])
    phase = Phase(**{each.name: described[each.name] for each in fields(Phase)})
    outputs = _validation_outputs(recipe, step, data, history, features)
    before = unseen = _Unseen(outputs, recipe.targets(data.validation), VALIDATION)
    weights = recipe.model.get_weights()
    fitted = step.refit_probe(phase, features)
    cross_fitted = None if data.grouped else fitted.cross_fitted
    if cross_fitted is not None:
        # A tuned backbone has seen the training examples.
        cross_fitted = cross_fitted.since(len(data.train) if tuned else 0)
        unseen = _Unseen(cross_fitted.outputs, cross_fitted.targets, CROSS_FITTED, cross_fitted)
    if tuned and not _is_better(recipe, unseen, before):
        recipe.model.set_weights(weights)
        say("The head stays as it was tuned: a probe on the tuned features is not better")
        return None
    metrics = {}
    if cross_fitted is not None:
        metrics = recipe.criterion.metrics(unseen.outputs, unseen.targets)
    recipe.refitted_on = RefittedOn.of(data.validation, metrics)
    count = len(data.train) + len(data.validation)
    history.refit = {
        "examples": count,
        "on_tuned_features": tuned,
        "inverse_penalty": fitted.probe.inverse_penalty,
        "cross_fitted": metrics,
        "cross_fitted_examples": 0 if cross_fitted is None else len(cross_fitted.rows),
    }
    measured = "".join(f" - cross-fitted {name}: {each:.4f}" for name, each in metrics.items())
    what = "Head fitted again as a linear probe" if tuned else "Linear probe fitted again"
    say(f"{what} on training and validation, {count} examples{measured}")
    return unseen


def _is_better(recipe: RecipeContract, refitted: _Unseen, before: _Unseen) -> bool:
    """Return whether the refitted head has the lower loss on unseen validation examples."""
    if refitted is before:
        return False
    after, first = (
        recipe.criterion.losses(each.outputs, each.targets).mean() for each in (refitted, before)
    )
    return bool(after < first)


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
