"""Gradual unfreezing as plain Keras callbacks, for anyone's model and `fit`."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.callbacks.freeze_schedule import FreezeSchedule
    from kerastl.callbacks.gradual_unfreeze import GradualUnfreeze
    from kerastl.callbacks.unfreeze_on_plateau import UnfreezeOnPlateau

_MODULE_OF = {
    "FreezeSchedule": "freeze_schedule",
    "GradualUnfreeze": "gradual_unfreeze",
    "UnfreezeOnPlateau": "unfreeze_on_plateau",
}

__all__ = ["FreezeSchedule", "GradualUnfreeze", "UnfreezeOnPlateau"]


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        return getattr(importlib.import_module(f"kerastl.callbacks.{_MODULE_OF[name]}"), name)
    raise AttributeError(f"module 'kerastl.callbacks' has no attribute {name!r}")
