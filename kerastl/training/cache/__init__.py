"""What frozen layers give for every example, computed once and found again by its content."""

from kerastl.training.cache.feature_cache import FeatureCache

__all__ = ["FeatureCache"]
