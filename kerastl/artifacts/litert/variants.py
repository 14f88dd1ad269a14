"""The quantization variants of a LiteRT file, with the candidates and fallbacks of each."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from kerastl.artifacts.litert.dynamic import make_dynamic
from kerastl.artifacts.litert.float16 import make_float16
from kerastl.artifacts.litert.graph import Graph
from kerastl.artifacts.litert.int8 import attends, base_float_layers, make_int8
from kerastl.artifacts.litert.int8_io import make_int8_io
from kerastl.artifacts.litert.observation import Observation
from kerastl.artifacts.litert.ranges import widest_ranges
from kerastl.artifacts.litert.sensitivity import most_sensitive
from kerastl.artifacts.litert.weight_only import make_int4, make_weight_only

# Takes the float32 file and the values of calibration examples, and returns a file.
Maker = Callable[[bytes, Observation | None], bytes]


@dataclass(frozen=True)
class Candidate:
    """One way to make a variant.

    Attributes:
        name: A few words for the report; empty for the only candidate of a variant.
        make: The maker.
        calibrated: Whether it needs calibration examples.
    """

    name: str
    make: Maker
    calibrated: bool = False


def make_float32(content: bytes, observation: Observation | None = None) -> bytes:
    """Return the float32 file as it is."""
    return content


def _sensitive_in_float(
    make: Callable[..., bytes], in_float: Callable[[Graph], Collection[int]] = lambda graph: ()
) -> Candidate:
    def leave(content: bytes, observation: Observation | None) -> bytes:
        assert observation is not None
        found = most_sensitive(content, observation, make, in_float(Graph(content)))
        return make(content, observation, in_float=found)

    return Candidate("sensitive layers in float", leave, calibrated=True)


# In the order in which they are tried.
VARIANTS: dict[str, tuple[Candidate, ...]] = {
    "float32": (Candidate("", make_float32),),
    "float16": (Candidate("", make_float16),),
    "dynamic": (Candidate("all layers", make_dynamic), _sensitive_in_float(make_dynamic)),
    "weight_only": (
        Candidate("all layers", make_weight_only),
        _sensitive_in_float(make_weight_only),
    ),
    "int8": (
        Candidate("least-error ranges", make_int8, calibrated=True),
        Candidate(
            "widest ranges", partial(make_int8, choose_ranges=widest_ranges), calibrated=True
        ),
        _sensitive_in_float(make_int8, base_float_layers),
    ),
    # The report names the runtimes that cannot read the file.
    "int8_io": tuple(
        Candidate(f"{name}; not for MediaPipe or LiteRT.js", make, calibrated=True)
        for name, make in (
            ("least-error ranges", make_int8_io),
            ("widest ranges", partial(make_int8_io, choose_ranges=widest_ranges)),
        )
    ),
    "int4": (Candidate("all layers", make_int4), _sensitive_in_float(make_int4)),
}

AUTO = "auto"
# These cannot be made without calibration examples.
CALIBRATED = {name for name, candidates in VARIANTS.items() if candidates[0].calibrated}

# Bits of the quantization-aware training whose weights a variant is made from.
TRAINED_BITS = {"int8": 8, "int8_io": 8, "int4": 4}

# What is made in a variant's place when none of its candidates is good enough.
NEXT = {
    "int4": "weight_only",
    "int8_io": "int8",
    "int8": "dynamic",
    "dynamic": "weight_only",
    "weight_only": "float16",
    "float16": "float32",
}


def automatic_variants(content: bytes, calibrated: bool) -> tuple[str, ...]:
    """Choose variants for a network.

    Args:
        content: Its float32 file.
        calibrated: Whether there are calibration examples.

    Returns:
        float32, and with it int8 for convolutional networks, dynamic for transformers, and
        weight-only int8 for a convolutional network without examples. Activations of 16 bits
        are never chosen: they run on reference kernels, a hundred times slower.
    """
    if attends(Graph(content)):
        return ("float32", "dynamic")
    return ("float32", "int8" if calibrated else "weight_only")
