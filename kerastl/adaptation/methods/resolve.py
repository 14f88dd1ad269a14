"""Find an adaptation method by its name."""

import importlib
from typing import Any

from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.basics.suggest import unknown_name

METHODS = {
    "auto": "kerastl.adaptation.methods.auto:Auto",
    "adabn": "kerastl.adaptation.methods.adabn:AdaBN",
    "cdan": "kerastl.adaptation.methods.cdan:CDAN",
    "cdan+e": "kerastl.adaptation.methods.cdan:CDAN",
    "dann": "kerastl.adaptation.methods.dann:DANN",
    "deep_coral": "kerastl.adaptation.methods.deep_coral:DeepCORAL",
    "domain_standardization": (
        "kerastl.adaptation.methods.domain_standardization:DomainStandardization"
    ),
    "importance_weighting": "kerastl.adaptation.methods.importance_weighting:ImportanceWeighting",
    "joint_mmd": "kerastl.adaptation.methods.joint_mmd:JointMMD",
    "kliep": "kerastl.adaptation.methods.importance_weighting:ImportanceWeighting",
    "kmm": "kerastl.adaptation.methods.importance_weighting:ImportanceWeighting",
    "mcc": "kerastl.adaptation.methods.mcc:MCC",
    "mdd": "kerastl.adaptation.methods.mdd:MDD",
    "mmd": "kerastl.adaptation.methods.mmd:MMD",
    "self_training": "kerastl.adaptation.methods.self_training:SelfTraining",
    "shot": "kerastl.adaptation.methods.shot:SHOT",
    "udalm": "kerastl.adaptation.methods.udalm:UDALM",
}
"""The class of each name, as `module:class`."""

_OPTIONS: dict[str, dict[str, Any]] = {
    "cdan+e": {"entropy": True},
    "kliep": {"ratio": "kliep"},
    "kmm": {"ratio": "kmm"},
}


def resolve_method(adaptation: str | AdaptationMethod) -> AdaptationMethod:
    """Return the adaptation method of a name, with its default settings.

    Args:
        adaptation: A name such as `"dann"`, or a method such as `DANN(strength=0.5)`, which is
            returned unchanged.

    Returns:
        The method.

    Raises:
        ValueError: If the name is unknown.

    Example:

    >>> resolve_method("cdan+e")
    CDAN(entropy=True, strength=1.0, gamma=10.0, hidden=100)
    """
    if isinstance(adaptation, AdaptationMethod):
        return adaptation
    if not isinstance(adaptation, str) or adaptation not in METHODS:
        raise unknown_name("adaptation", adaptation, METHODS)
    module, _, name = METHODS[adaptation].partition(":")
    made: AdaptationMethod = getattr(importlib.import_module(module), name)(
        **_OPTIONS.get(adaptation, {})
    )
    return made
