"""Adapt a network to a target and measure it, and its baseline, on the target's test examples."""

import keras
import numpy as np
from transfer.stopwatch import Stopwatch

from adaptation.first_trained import first_trained
from adaptation.task import Outcome
from kerastl.adaptation import Adapter
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.training.phases.phase import Phase

Labelled = tuple[np.ndarray, np.ndarray]


def adapted_run(
    model: keras.Model,
    method: AdaptationMethod | str,
    source: Labelled,
    target: np.ndarray,
    validation: Labelled,
    test: Labelled,
    *,
    phase: Phase,
    batch_size: int,
    seed: int,
) -> Outcome:
    """Train both models and measure them.

    Args:
        model: Ends in probabilities; trained in place.
        method: How the target is fitted.
        source: Examples and labels.
        target: Examples without labels.
        validation: Source examples that the verdict measures on.
        test: Target examples that nothing is trained on, or that are the target itself.
        phase: How both learn.
        batch_size: Source examples in a batch.
        seed: Seed of all that is drawn.
    """
    adapter = Adapter(model, method, aligned="features")
    watch = Stopwatch()
    with first_trained(model.get_weights) as baseline:
        adapter.fit(
            source,
            target,
            validation=validation,
            schedule=[phase],
            batch_size=batch_size,
            seed=seed,
            keep_adapted=True,
            verbose=0,
        )
    elapsed = watch.elapsed()
    adapted = _right(model, test)
    model.set_weights(baseline)
    return Outcome.paired(adapted, _right(model, test), elapsed, adapter.verdict)


def accuracy(model: keras.Model, labelled: Labelled) -> float:
    """Measure a model."""
    return float(_right(model, labelled).mean())


def _right(model: keras.Model, labelled: Labelled) -> np.ndarray:
    inputs, labels = labelled
    return model.predict(inputs, batch_size=1024, verbose=0).argmax(axis=1) == labels
