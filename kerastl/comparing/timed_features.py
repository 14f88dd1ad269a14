"""A feature cache that measures how long features took."""

import time
from collections.abc import Callable

import keras

from kerastl.training.cache.cached_features import CachedFeatures
from kerastl.training.cache.feature_cache import FeatureCache
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.phases.ordered_examples import InOrder


class TimedFeatures(OpenFeatureCache):
    """An open feature cache that measures the time of feature passes.

    Args:
        cache: Where features are stored and how large the cache may grow.
        say: Called with each line for the user.

    Attributes:
        seconds: Seconds of all passes so far.
        found: Whether all features so far were in the cache.
    """

    def __init__(self, cache: FeatureCache, say: Callable[[str], None]) -> None:
        super().__init__(cache, say)
        self.seconds = 0.0
        self.found = True

    def needed(self, model: keras.Model, examples: InOrder) -> CachedFeatures:
        """Return a model's features of examples; see `OpenFeatureCache.needed`."""
        start = time.perf_counter()
        kept = super().needed(model, examples)
        self.seconds += time.perf_counter() - start
        self.found = self.found and kept.found
        return kept
