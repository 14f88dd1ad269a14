"""Validators: scores that rank adapted models without target labels; higher is better.

The functions are imported eagerly, since each has the name of its module, which would hide it
otherwise. Importing them loads NumPy only; scikit-learn and SciPy are loaded by the first call.
"""

from collections.abc import Callable

from kerastl.adaptation.validators.atc import atc
from kerastl.adaptation.validators.bnm import bnm
from kerastl.adaptation.validators.class_ami import class_ami
from kerastl.adaptation.validators.dev import dev
from kerastl.adaptation.validators.entropy import entropy
from kerastl.adaptation.validators.importance_weighted_validation import (
    importance_weighted_validation,
)
from kerastl.adaptation.validators.information_maximization import information_maximization
from kerastl.adaptation.validators.reverse_validation import reverse_validation
from kerastl.adaptation.validators.snd import snd
from kerastl.adaptation.validators.source_validation import source_validation

# The names of a function's arguments say which data it needs.
VALIDATORS: dict[str, Callable[..., float]] = {
    "source_validation": source_validation,
    "entropy": entropy,
    "information_maximization": information_maximization,
    "bnm": bnm,
    "snd": snd,
    "importance_weighted_validation": importance_weighted_validation,
    "dev": dev,
    "reverse_validation": reverse_validation,
    "class_ami": class_ami,
    "atc": atc,
}

__all__ = [
    "VALIDATORS",
    "atc",
    "bnm",
    "class_ami",
    "dev",
    "entropy",
    "importance_weighted_validation",
    "information_maximization",
    "reverse_validation",
    "snd",
    "source_validation",
]
