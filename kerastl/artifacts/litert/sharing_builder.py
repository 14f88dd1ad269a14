"""Write equal vectors and strings of a flatbuffer only once."""

import flatbuffers
import numpy as np


class SharingBuilder(flatbuffers.Builder):
    """A flatbuffer builder that lets tables point to one copy of equal number vectors.

    A quantized file has a zero point for every channel of every weight and bias, nearly all of
    them rows of zeros: 113 of the 714 kB of MobileNetV2 0.35. Readers follow offsets and see no
    difference.
    """

    def __init__(self, initial_size: int = 1024) -> None:
        super().__init__(initial_size)
        self._written: dict[tuple[str, bytes], int] = {}
        self._strings: dict[str | bytes, int] = {}

    def CreateString(self, s: str | bytes, *options: str) -> int:
        """Write a string, or return the place of an equal one: most tensors have no name."""
        if s not in self._strings:
            self._strings[s] = super().CreateString(s, *options)
        return self._strings[s]

    def CreateNumpyVector(self, x: np.ndarray) -> int:
        """Write a vector, or return the place of an equal one."""
        if x.dtype == np.uint8:
            # Weights differ, are large and have another alignment in the schema.
            return int(super().CreateNumpyVector(x))
        key = (x.dtype.str, x.tobytes())
        if key not in self._written:
            self._written[key] = super().CreateNumpyVector(x)
        return self._written[key]
