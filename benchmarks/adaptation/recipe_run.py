"""Adapt a recipe and measure it, and its source-only baseline, on the target."""

import tempfile
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from transfer.stopwatch import Stopwatch

import kerastl as ktl
from adaptation.task import Outcome
from kerastl.adaptation import Target
from kerastl.adaptation.methods.resolve import resolve_method
from kerastl.training.phases.phase import Phase


def recipe_run(
    recipe: ktl.Recipe,
    data: ktl.data.Dataset,
    inputs: Sequence,
    labels: Sequence[str],
    method: str,
    seed: int,
    *,
    fine_tuned: bool = False,
) -> Outcome:
    """Train a recipe for a target.

    Both models are measured by the predictions that the verdict has read.

    Args:
        recipe: Untrained.
        data: Examples of the source.
        inputs: Examples of the target.
        labels: Names of their classes, to measure with.
        method: The name of a method, whose defaults are taken: the backbone is frozen.
        seed: Seed of all that is drawn.
        fine_tuned: Whether every stage trains, in the baseline too: for 4 epochs, or for 3 epochs
            after the linear probe if the method has no bottleneck. Defaults to False.
    """
    watch = Stopwatch()
    recipe.fit(
        data,
        _every_stage(method) if fine_tuned else "auto",
        adapt_to=Target(inputs, keep_adapted=True),
        adaptation=method,
        seed=seed,
        cache=_cache().name,
        verbose=0,
    )
    elapsed = watch.elapsed()
    names = np.array(recipe.class_names)
    right = [
        names[target.probabilities.argmax(axis=1)] == np.array(labels)
        for _, target in recipe.verdict.views.values()
    ]
    # Without an adapted model, the baseline is what a user gets.
    return Outcome.paired(right[-1], right[0], elapsed, recipe.verdict)


def accuracy(recipe: ktl.Recipe, inputs: Sequence, labels: Sequence[str]) -> float:
    """Measure a recipe."""
    predicted = [prediction.label for prediction in recipe.predict(inputs)]
    return float(np.mean(np.array(predicted) == np.array(labels)))


@lru_cache
def _cache() -> tempfile.TemporaryDirectory:
    """Return the feature cache of this process: methods of a pair read the same features."""
    return tempfile.TemporaryDirectory()


def _every_stage(method: str) -> list[Phase]:
    if resolve_method(method).bottleneck:
        return [Phase("all", epochs=4, keep="last")]
    return [Phase("head", linear_probe=True), Phase("all", epochs=3, keep="last")]
