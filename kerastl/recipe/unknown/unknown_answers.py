"""Probabilities and unfamiliarity of inputs, and the choice of another threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from kerastl.backbones.running.finite_model import finite_outputs
from kerastl.basics.arguments import check_count, check_number
from kerastl.data.splits.sampling import stratified_sample
from kerastl.heads.unfamiliarity import (
    SCORES,
    UNFAMILIARITY,
    Unfamiliarity,
    with_unfamiliarity,
)
from kerastl.recipe.unknown.head_features import HeadFeatures
from kerastl.recipe.unknown.learn_unknown import EXAMPLES
from kerastl.recipe.unknown.threshold import FALSE_ALARMS
from kerastl.recipe.unknown.unknown_rule import UnknownRule

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split
    from kerastl.recipe.contract import RecipeContract


def unknown_rule_of(recipe: RecipeContract) -> UnknownRule:
    """Return the rule of a recipe, which has a threshold.

    Raises:
        RuntimeError: If there is no threshold.
    """
    rule = recipe.unknown_rule
    if rule is None or not rule.has_threshold:
        if rule is None:
            why = "a recipe that was adapted, or fitted with an earlier version"
        else:
            why = f"{len(rule.known)} held-out examples and false_alarms={rule.false_alarms:g}"
        raise RuntimeError(
            "There is no threshold for unknown inputs: pass held-out examples of the known classes "
            f"to `choose_unknown_threshold`, at least 19 for 5 % false alarms. Received: {why}"
        )
    return rule


def outputs_with_unfamiliarity(
    recipe: RecipeContract, rule: UnknownRule, split: Split, batch_size: int = 32
) -> tuple[np.ndarray, np.ndarray]:
    """Return the probabilities and the unfamiliarity of each example of a split."""
    from kerastl.data.splits.unreadable import naming_unreadable

    check_count("batch_size", batch_size)
    batches = recipe.batches(split, batch_size)
    if split.labels is not None:
        batches = batches.map(lambda inputs, labels: inputs)
    with naming_unreadable(split):
        answers = finite_outputs(_extended(recipe, rule), batches)
    return answers[:, :-1], answers[:, -1]


def unfamiliarity_of(recipe: RecipeContract, rule: UnknownRule, inputs: Any) -> np.ndarray:
    """Return the unfamiliarity of raw inputs or of a split."""
    return outputs_with_unfamiliarity(recipe, rule, recipe.as_split(inputs))[1]


def measured_unknown(recipe: RecipeContract, known: Split, others: Split) -> str | None:
    """Return as a line how many known and other examples are called unknown.

    Args:
        recipe: The fitted recipe.
        known: Examples of known classes.
        others: Examples of no class.

    Returns:
        The line; None if there is no threshold.
    """
    rule = recipe.unknown_rule
    if rule is None or not rule.has_threshold:
        return None
    return rule.shares(*(unfamiliarity_of(recipe, rule, each) for each in (known, others)))


def chosen_rule(
    recipe: RecipeContract, known: Any, others: Any, false_alarms: float = FALSE_ALARMS
) -> UnknownRule:
    """Return a recipe's rule with another threshold.

    Args:
        recipe: The fitted recipe.
        known: Held-out examples of known classes, or None for those of the last choice.
        others: Examples of no class, likewise.
        false_alarms: The stated rate of false alarms. Defaults to 0.05.
    """
    check_number("false_alarms", false_alarms, "(0, 1)")
    rule = recipe.unknown_rule
    if rule is None:
        rule = UnknownRule(_score_of_training(recipe))
    own, other = (
        None if each is None else unfamiliarity_of(recipe, rule, each) for each in (known, others)
    )
    return rule.chosen_on(own, other, false_alarms)


def _score_of_training(recipe: RecipeContract) -> Unfamiliarity:
    if recipe.data is None:
        raise RuntimeError(
            "This recipe has not learned what its training examples are like: fit it again. "
            f"Received: {recipe!r}, which was saved without that"
        )
    seen = HeadFeatures.of_split(recipe, stratified_sample(recipe.data.train, EXAMPLES))
    return Unfamiliarity.fit(seen.features, seen.logits)


def _extended(recipe: RecipeContract, rule: UnknownRule) -> keras.Model:
    """Return the extended model, which is kept as long as model and score stay the same."""
    key = (recipe.model, rule.unfamiliarity)
    kept = recipe.extended_model
    if kept is not None and kept[0] is key[0] and kept[1] is key[1]:
        return kept[2]
    made = with_unfamiliarity(recipe.model, rule.unfamiliarity)
    columns = [made.output[SCORES], keras.ops.expand_dims(made.output[UNFAMILIARITY], -1)]
    joined = keras.Model(made.inputs, keras.ops.concatenate(columns, axis=-1))
    recipe.extended_model = (*key, joined)
    return joined
