"""Run a `.tflite` file as a receiver would."""

import time
from typing import Any

import numpy as np

UNREAD_INPUT = "segment_ids"
"""Added to files of BERTs for MediaPipe, which feeds it; no operator reads it."""


class LiteRTModel:
    """A `.tflite` file in the LiteRT interpreter.

    Args:
        content: The content of the file.
        threads: Threads of the interpreter. Defaults to 1, as latency is told for one.

    Attributes:
        inputs: Shape and type of each named input; scale and zero point where it is an integer
            that stands for a real number.
        outputs: The same of each output.
    """

    def __init__(self, content: bytes, threads: int = 1) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=content, num_threads=threads)
        self._interpreter.allocate_tensors()
        self._run: Any = self._interpreter.get_signature_runner()
        self._details = self._run.get_input_details()
        self.inputs = {name: _describe(detail) for name, detail in self._details.items()}
        self.outputs = {
            name: _describe(detail) for name, detail in self._run.get_output_details().items()
        }

    def predict(self, inputs: dict[str, np.ndarray]) -> np.ndarray:
        """Score examples one at a time.

        Args:
            inputs: The model's inputs by name, each of shape `(N, ...)`.

        Returns:
            Scores of shape `(N, classes)`.
        """
        count = len(next(iter(inputs.values())))
        return np.concatenate([self.run(self.prepare(inputs, n)) for n in range(count)])

    def latency_ms(self, inputs: dict[str, np.ndarray], repeats: int = 30) -> float:
        """Measure the median time of one example, in milliseconds.

        Numbers become the file's integers before: a receiver has them as bytes already.
        """
        count = len(next(iter(inputs.values())))
        self.run(self.prepare(inputs, 0))
        times = []
        for number in range(repeats):
            prepared = self.prepare(inputs, number % count)
            start = time.perf_counter()
            self.run(prepared)
            times.append(time.perf_counter() - start)
        return float(np.median(times) * 1000)

    def prepare(self, inputs: dict[str, np.ndarray], number: int) -> dict[str, np.ndarray]:
        """Take one example, in the types of the file.

        Args:
            inputs: The model's inputs by name, each of shape `(N, ...)`.
            number: Which example.
        """
        fed = {}
        for name, detail in self._details.items():
            if name == UNREAD_INPUT and name not in inputs:
                fed[name] = np.zeros(detail["shape"], detail["dtype"])
                continue
            value = inputs[name][number : number + 1]
            scale, zero = detail["quantization"]
            if scale:
                limits = np.iinfo(detail["dtype"])
                value = np.clip(np.round(value / scale) + zero, limits.min, limits.max)
            fed[name] = value.astype(detail["dtype"])
        return fed

    def run(self, prepared: dict[str, np.ndarray]) -> np.ndarray:
        """Score an example that `prepare` made; shape `(1, ...)`, as real numbers."""
        scores = self._run(**prepared)["scores"]
        told = self.outputs["scores"]
        if "scale" not in told:
            return scores
        return ((scores.astype(np.float32) - told["zero_point"]) * told["scale"]).astype(np.float32)


def _describe(detail: dict[str, Any]) -> dict[str, Any]:
    told = {"shape": [int(n) for n in detail["shape"]], "dtype": np.dtype(detail["dtype"]).name}
    scale, zero_point = detail["quantization"]
    if scale:
        # A caller's number is (integer - zero_point) * scale.
        told |= {"scale": float(scale), "zero_point": int(zero_point)}
    return told
