"""The variants of a LiteRT file, by name."""

from collections.abc import Callable

from kerastl.artifacts.litert.dynamic import make_dynamic
from kerastl.artifacts.litert.float16 import make_float16
from kerastl.artifacts.litert.int8 import make_int8
from kerastl.artifacts.litert.observation import Observation


def make_float32(content: bytes, observation: Observation | None = None) -> bytes:
    """Return the float32 file as it is."""
    return content


# Each takes the float32 file and the values of real examples, and gives a file.
VARIANTS: dict[str, Callable[[bytes, Observation | None], bytes]] = {
    "float32": make_float32,
    "float16": make_float16,
    "dynamic": make_dynamic,
    "int8": make_int8,
}
