"""Learn at the end of a training what a classifier's inputs are like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.data.splits.sampling import stratified_rows
from kerastl.heads.unfamiliarity import Unfamiliarity
from kerastl.recipe.unknown.head_features import HeadFeatures
from kerastl.recipe.unknown.unknown_rule import UnknownRule

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split
    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.cache.open_cache import OpenFeatureCache
    from kerastl.training.loop.fitted_probe import CrossFittedOutputs
    from kerastl.training.phases.history import PhasedHistory

EXAMPLES = 1000
"""Largest number of examples of a split that are read: more do not change the principal directions,
and with 1,000 the share of false alarms has a standard error of 0.7 %."""

_FOLDS = 5


def trains_head_alone(history: PhasedHistory) -> bool:
    """Return whether no phase of a training changed the backbone."""
    return all(each["trains"] == "head" for each in history.phases)


def learn_unknown(
    recipe: RecipeContract,
    step: Any,
    cache: OpenFeatureCache | None,
    train: Split,
    validation: Split | None,
    *,
    refitted: bool = False,
    cross_fitted: CrossFittedOutputs | None = None,
    temperature: float = 1.0,
) -> UnknownRule:
    """Fit the score on training examples and choose its threshold on held-out ones.

    Args:
        recipe: The trained recipe.
        step: Its training.
        cache: The feature cache, if the backbone is the one whose features are cached, else None.
        train: The training examples.
        validation: The validation examples, or None.
        refitted: Whether the head was fitted on the validation examples, too. Their logits are then
            those of `cross_fitted`; without them there is no threshold. Defaults to False.
        cross_fitted: Logits of the folds' heads. Defaults to None.
        temperature: What the logits of the final head were divided by. Defaults to 1.
    """
    examples = step.examples
    sources = (
        (train, examples.training_in_order()),
        (validation, examples.validation_in_order()),
    )

    def of(source: int, rows: np.ndarray) -> HeadFeatures:
        split, ordered = sources[source]
        assert split is not None
        if cache is None:
            return HeadFeatures.of_split(recipe, split.subset(rows))
        return HeadFeatures.of_cached(recipe.model, ordered, rows, cache)

    if cross_fitted is not None:
        chosen = stratified_rows(cross_fitted.targets, EXAMPLES)
        rows, logits = cross_fitted.rows[chosen], cross_fitted.logits[chosen] / temperature
        early = rows < len(train)
        later = rows[~early] - len(train)
        if early.any():
            # Training examples come first. A frozen backbone was trained on none of them.
            parts = [of(0, rows[early]), *([of(1, later)] if len(later) else [])]
            return _cross_fitted(HeadFeatures.joined(parts), logits)
    seen = of(0, stratified_rows(train.strata, EXAMPLES))
    rule = UnknownRule(Unfamiliarity.fit(seen.features, seen.logits))
    if validation is None or (refitted and cross_fitted is None):
        return rule
    if cross_fitted is not None:
        return rule.chosen_on(rule.unfamiliarity(of(1, later).features, logits))
    known = of(1, stratified_rows(validation.strata, EXAMPLES))
    return rule.chosen_on(rule.unfamiliarity(known.features, known.logits))


def _cross_fitted(known: HeadFeatures, logits: np.ndarray) -> UnknownRule:
    """Return the rule of examples, each scored without itself.

    Args:
        known: Features and logits of the final head.
        logits: Logits of heads that were fitted without the example's fold.
    """
    count = len(logits)
    fold_of = np.random.default_rng(0).permutation(count) % min(_FOLDS, count)
    scores = np.zeros(count, "float32")
    for fold in range(fold_of.max() + 1):
        inside, outside = fold_of == fold, fold_of != fold
        score = Unfamiliarity.fit(known.features[outside], known.logits[outside])
        scores[inside] = score(known.features[inside], logits[inside])
    return UnknownRule(Unfamiliarity.fit(known.features, known.logits), scores)
