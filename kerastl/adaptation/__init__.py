"""Domain adaptation: methods, validators without target labels, and the verdict.

Names load on first use, so that importing this package loads no framework.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.adaptation.adapter import Adapter
    from kerastl.adaptation.domains.target import Target
    from kerastl.adaptation.losses.adversarial_strength import AdversarialStrength
    from kerastl.adaptation.losses.domain_discriminator import DomainDiscriminator
    from kerastl.adaptation.losses.gradient_reversal import GradientReversal
    from kerastl.adaptation.methods.adabn import AdaBN
    from kerastl.adaptation.methods.cdan import CDAN
    from kerastl.adaptation.methods.dann import DANN
    from kerastl.adaptation.methods.deep_coral import DeepCORAL
    from kerastl.adaptation.methods.importance_weighting import ImportanceWeighting
    from kerastl.adaptation.methods.joint_mmd import JointMMD
    from kerastl.adaptation.methods.mcc import MCC
    from kerastl.adaptation.methods.mdd import MDD
    from kerastl.adaptation.methods.mmd import MMD
    from kerastl.adaptation.methods.self_training import SelfTraining
    from kerastl.adaptation.methods.shot import SHOT
    from kerastl.adaptation.methods.udalm import UDALM
    from kerastl.adaptation.verdict.verdict import Verdict

_OBJECTS = {
    "AdaBN": "methods.adabn",
    "Adapter": "adapter",
    "AdversarialStrength": "losses.adversarial_strength",
    "CDAN": "methods.cdan",
    "DANN": "methods.dann",
    "DeepCORAL": "methods.deep_coral",
    "DomainDiscriminator": "losses.domain_discriminator",
    "GradientReversal": "losses.gradient_reversal",
    "ImportanceWeighting": "methods.importance_weighting",
    "JointMMD": "methods.joint_mmd",
    "MCC": "methods.mcc",
    "MDD": "methods.mdd",
    "MMD": "methods.mmd",
    "SHOT": "methods.shot",
    "SelfTraining": "methods.self_training",
    "Target": "domains.target",
    "UDALM": "methods.udalm",
    "Verdict": "verdict.verdict",
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
