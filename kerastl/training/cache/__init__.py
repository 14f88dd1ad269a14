"""The feature cache: outputs of frozen stages, found again by a hash of their inputs."""

from kerastl.training.cache.feature_cache import FeatureCache

__all__ = ["FeatureCache"]
