"""The learning rate finder."""

import copy
import itertools
import math
from typing import Any

import keras
import numpy as np

from kerastl.data.dataset import Dataset
from kerastl.data.holdout import with_validation
from kerastl.data.unreadable import naming_unreadable
from kerastl.training.freezing import train_only
from kerastl.training.optimizer import StagedAdamW
from kerastl.training.preserved import preserved, preserved_randomness
from kerastl.training.rate_search import RateSearch

_MEMORY = 0.9
# A loss four times the lowest so far has run away (Howard and Gugger 2020, "Fastai").
_RUN_AWAY = 4.0


def find_learning_rate(
    recipe: Any,
    data: Dataset,
    *,
    trains: str = "all",
    lowest: float = 1e-7,
    highest: float = 1.0,
    steps: int = 100,
    batch_size: int = 16,
    seed: int = 0,
) -> RateSearch:
    """Train for a few steps at rising rates, and leave the recipe as it was (Smith 2017).

    The rate rises by the same factor from step to step, with the optimizer of a phase. A recipe
    that has a model starts from its weights. One that has none starts from a model made for the
    search alone, with a fresh head; its first losses are the head's. Where a schedule solves the
    head first, fit that first: `recipe.fit(data, "feature_extraction")`.

    Args:
        recipe: A recipe, such as `ImageClassification`, built or not.
        data: As for `fit`.
        trains: What trains, as in `Phase`. Defaults to `"all"`.
        lowest: The first rate. Defaults to 1e-7.
        highest: The last rate. Defaults to 1.
        steps: Steps in all, at least 10. They end early where the loss runs away. Defaults
            to 100.
        batch_size: Examples in a batch; the best rate depends on it. Defaults to 16.
        seed: Seed of the order, and of the model where one is made. Defaults to 0.

    Returns:
        Rates, smoothed losses and a suggestion.

    Raises:
        ValueError: If a value is out of its range, data and recipe do not fit, or the first
            loss is no number.

    Example:

    ```python
    search = ktl.find_learning_rate(recipe, data, trains="from:stage3")
    search.plot("rates.png")
    recipe.fit(data, [ktl.Phase("from:stage3", learning_rate=search.suggestion)])
    ```
    """
    if not 0 < lowest < highest < math.inf:
        raise ValueError(
            "Rates rise from `lowest`, which is above 0, to `highest`. "
            f"Received: lowest={lowest}, highest={highest}"
        )
    if steps < 10:
        raise ValueError(f"Fewer than 10 steps show nothing. Received: steps={steps}")
    train = with_validation(data, seed=seed).train
    with preserved_randomness(seed), naming_unreadable(train):
        # A copy: what is chosen from the data or built for the search stays with it.
        working = copy.copy(recipe)
        working._check_modality(train)
        if working._model is None or working.class_names != data.class_names:
            working._prepare(train)
            working.build(data.class_names)
        model = working.model
        with preserved(model):
            # Another model on the same layers: the recipe's own keeps its optimizer.
            trained = keras.Model(model.inputs, model.outputs)
            train_only(trained, trains)
            rise = keras.optimizers.schedules.ExponentialDecay(lowest, steps - 1, highest / lowest)
            optimizer = StagedAdamW(rise, weight_decay=0.01, global_clipnorm=1.0)
            trained.compile(optimizer, loss=working.criterion.loss())
            batches = working.batches(train, batch_size, shuffle=True, seed=seed).repeat()
            losses = _losses(trained, itertools.islice(batches.as_numpy_iterator(), steps))
    if not losses:
        raise ValueError(
            "The loss is no number at the first step: check the weights and the data, or begin "
            f"lower. Received: lowest={lowest}"
        )
    rates = lowest * (highest / lowest) ** (np.arange(len(losses)) / (steps - 1))
    return RateSearch(rates, np.array(losses))


def _losses(model: keras.Model, batches: Any) -> list[float]:
    """Return the smoothed loss after each batch, until it runs away."""
    average, smoothed = 0.0, []
    for step, (inputs, labels) in enumerate(batches, start=1):
        loss = float(model.train_on_batch(inputs, labels, return_dict=True)["loss"])
        average = _MEMORY * average + (1 - _MEMORY) * loss
        corrected = average / (1 - _MEMORY**step)
        if not math.isfinite(corrected):
            break
        smoothed.append(corrected)
        if corrected > _RUN_AWAY * min(smoothed):
            break
    return smoothed
