"""The learning rate finder."""

import copy
import math
from typing import Any

import keras
import numpy as np

from kerastl.basics.arguments import check_count, check_number
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.unreadable import naming_unreadable
from kerastl.recipe.contract import RecipeContract
from kerastl.recipe.learning_rate_search import LearningRateSearch
from kerastl.recipe.preparing import checked, prepared
from kerastl.training.freezing.freezing import train_only
from kerastl.training.freezing.preserved import preserved, preserved_randomness
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from kerastl.training.phases.trainable_part import check_part

_MEMORY = 0.9
# A loss four times the lowest so far has run away (Howard and Gugger 2020, "Fastai").
_RUN_AWAY = 4.0


def find_learning_rate(
    recipe: RecipeContract,
    data: Dataset,
    *,
    trains: str = "all",
    lowest: float = 1e-7,
    highest: float = 1.0,
    steps: int = 100,
    batch_size: int = 16,
    seed: int = 0,
) -> LearningRateSearch:
    """Train for a few steps at rising rates, and leave the recipe as it was (Smith 2017).

    The rate rises by the same factor from step to step, with the optimizer of a phase. A recipe
    that has a model starts from its weights. One that has none starts from a model made for the
    search alone, with a fresh head; its first losses are the head's. Where a schedule solves the
    head first, fit that first: `recipe.fit(data, "feature_extraction")`.

    Args:
        recipe: A recipe, such as `ImageClassification`, built or not.
        data: As for `fit`.
        trains: What trains, as in `Phase`, but for `"lora"`. Defaults to `"all"`.
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
    check_number("lowest", lowest, "(0, inf)")
    check_number("highest", highest, "(0, inf)")
    if not lowest < highest:
        raise ValueError(
            f"Rates rise from `lowest` to `highest`. Received: lowest={lowest}, highest={highest}"
        )
    check_count("steps", steps, at_least=10)
    check_part(trains)
    if trains == "lora":
        raise ValueError(
            "A search trains weights that are there, and low-rank matrices are made for a phase: "
            "start from its default of 5e-4. Received: trains='lora'"
        )
    # A copy: what is chosen from the data or built for the search stays with it.
    working = copy.copy(recipe)
    train = checked(working, data, seed).train
    with preserved_randomness(seed), naming_unreadable(train):
        prepared(working, train, data.class_names, seed=None)
        model = working.model
        with preserved(model):
            # Another model on the same layers: the recipe's own keeps its optimizer.
            trained = keras.Model(model.inputs, model.outputs)
            train_only(trained, trains)
            optimizer = StagedAdamW(weight_decay=0.01, global_clipnorm=1.0)
            trained.compile(optimizer, loss=working.criterion.loss())
            batches = working.batches(train, batch_size, shuffle=True, seed=seed).repeat()
            rates = lowest * (highest / lowest) ** (np.arange(steps) / (steps - 1))
            losses = _losses(trained, batches.as_numpy_iterator(), rates)
    if not losses:
        raise ValueError(
            "The loss is no number at the first step: check the weights and the data, or begin "
            f"lower. Received: lowest={lowest}"
        )
    return LearningRateSearch(rates[: len(losses)], np.array(losses))


def _losses(model: keras.Model, batches: Any, rates: np.ndarray) -> list[float]:
    """Return the smoothed loss after each step at the next rate, until it runs away."""
    average, smoothed = 0.0, []
    for step, (rate, (inputs, labels)) in enumerate(zip(rates, batches, strict=False), start=1):
        # By hand: with float16, a schedule would stand still where gradients overflow.
        model.optimizer.learning_rate = rate
        loss = float(model.train_on_batch(inputs, labels, return_dict=True)["loss"])
        average = _MEMORY * average + (1 - _MEMORY) * loss
        corrected = average / (1 - _MEMORY**step)
        if not math.isfinite(corrected):
            break
        smoothed.append(corrected)
        if corrected > _RUN_AWAY * min(smoothed):
            break
    return smoothed
