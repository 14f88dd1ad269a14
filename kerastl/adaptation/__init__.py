"""Domain adaptation: methods, validators without target labels, and the verdict.

Names load on first use, so that importing this package loads no framework.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.adaptation.adabn import AdaBN
    from kerastl.adaptation.adapter import Adapter
    from kerastl.adaptation.adversarial_strength import AdversarialStrength
    from kerastl.adaptation.cdan import CDAN
    from kerastl.adaptation.dann import DANN
    from kerastl.adaptation.deep_coral import DeepCORAL
    from kerastl.adaptation.domain_discriminator import DomainDiscriminator
    from kerastl.adaptation.gradient_reversal import GradientReversal
    from kerastl.adaptation.importance_weighting import ImportanceWeighting
    from kerastl.adaptation.joint_mmd import JointMMD
    from kerastl.adaptation.mcc import MCC
    from kerastl.adaptation.mdd import MDD
    from kerastl.adaptation.mmd import MMD
    from kerastl.adaptation.self_training import SelfTraining
    from kerastl.adaptation.shot import SHOT
    from kerastl.adaptation.target import Target
    from kerastl.adaptation.udalm import UDALM
    from kerastl.adaptation.verdict import Verdict

_OBJECTS = {
    "AdaBN": "adabn",
    "Adapter": "adapter",
    "AdversarialStrength": "adversarial_strength",
    "CDAN": "cdan",
    "DANN": "dann",
    "DeepCORAL": "deep_coral",
    "DomainDiscriminator": "domain_discriminator",
    "GradientReversal": "gradient_reversal",
    "ImportanceWeighting": "importance_weighting",
    "JointMMD": "joint_mmd",
    "MCC": "mcc",
    "MDD": "mdd",
    "MMD": "mmd",
    "SHOT": "shot",
    "SelfTraining": "self_training",
    "Target": "target",
    "UDALM": "udalm",
    "Verdict": "verdict",
}

__all__ = [
    "CDAN",
    "DANN",
    "MCC",
    "MDD",
    "MMD",
    "SHOT",
    "UDALM",
    "AdaBN",
    "Adapter",
    "AdversarialStrength",
    "DeepCORAL",
    "DomainDiscriminator",
    "GradientReversal",
    "ImportanceWeighting",
    "JointMMD",
    "SelfTraining",
    "Target",
    "Verdict",
]


def __getattr__(name: str) -> Any:
    if name in _OBJECTS:
        return getattr(importlib.import_module(f"{__name__}.{_OBJECTS[name]}"), name)
    if name == "validators":
        return importlib.import_module(f"{__name__}.validators")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
