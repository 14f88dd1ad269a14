"""Built-in schedules: named sequences of phases."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.training.schedules.bit_hyper_rule import BiTHyperRule
    from kerastl.training.schedules.feature_extraction import FeatureExtraction
    from kerastl.training.schedules.full_fine_tune import FullFineTune
    from kerastl.training.schedules.gradual_unfreeze import GradualUnfreeze
    from kerastl.training.schedules.head_then_fine_tune import HeadThenFineTune
    from kerastl.training.schedules.joint_fine_tune import JointFineTune
    from kerastl.training.schedules.linear_probe_then_fine_tune import LinearProbeThenFineTune
    from kerastl.training.schedules.lora import LoRA
    from kerastl.training.schedules.one_cycle_fine_tune import OneCycleFineTune
    from kerastl.training.schedules.probe_guided_fine_tune import ProbeGuidedFineTune

# The module is also the name in files and on the command line.
MODULE_OF = {
    "ProbeGuidedFineTune": "probe_guided_fine_tune",
    "BiTHyperRule": "bit_hyper_rule",
    "FeatureExtraction": "feature_extraction",
    "FullFineTune": "full_fine_tune",
    "GradualUnfreeze": "gradual_unfreeze",
    "HeadThenFineTune": "head_then_fine_tune",
    "JointFineTune": "joint_fine_tune",
    "LinearProbeThenFineTune": "linear_probe_then_fine_tune",
    "LoRA": "lora",
    "OneCycleFineTune": "one_cycle_fine_tune",
}

__all__ = [
    "BiTHyperRule",
    "FeatureExtraction",
    "FullFineTune",
    "GradualUnfreeze",
    "HeadThenFineTune",
    "JointFineTune",
    "LinearProbeThenFineTune",
    "LoRA",
    "OneCycleFineTune",
    "ProbeGuidedFineTune",
]


def __getattr__(name: str) -> Any:
    if name in MODULE_OF:
        return getattr(
            importlib.import_module(f"kerastl.training.schedules.{MODULE_OF[name]}"), name
        )
    raise AttributeError(f"module 'kerastl.training.schedules' has no attribute {name!r}")
