"""Built-in schedules: named sequences of phases."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.training.schedules.feature_extraction import FeatureExtraction
    from kerastl.training.schedules.full_fine_tune import FullFineTune
    from kerastl.training.schedules.linear_probe_then_fine_tune import LinearProbeThenFineTune

_MODULE_OF = {
    "FeatureExtraction": "feature_extraction",
    "FullFineTune": "full_fine_tune",
    "LinearProbeThenFineTune": "linear_probe_then_fine_tune",
}

__all__ = ["FeatureExtraction", "FullFineTune", "LinearProbeThenFineTune"]


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        return getattr(
            importlib.import_module(f"kerastl.training.schedules.{_MODULE_OF[name]}"), name
        )
    raise AttributeError(f"module 'kerastl.training.schedules' has no attribute {name!r}")
