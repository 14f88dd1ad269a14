"""Run a `.tflite` file in the LiteRT interpreter."""

import threading
import time
from typing import Any

import numpy as np

UNREAD_INPUT = "segment_ids"
"""Input that files of BERTs have for MediaPipe, which feeds it. No operator reads it."""


class LiteRTModel:
    """A `.tflite` file in the LiteRT interpreter. Several threads may share it.

    Args:
        content: The content of the file.
        threads: Threads of the interpreter. Defaults to 1, for which latency is reported.

    Attributes:
        inputs: Shape and type of each named input; of a quantized one also scale and zero point.
        outputs: The same of each output.
    """

    def __init__(self, content: bytes, threads: int = 1) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=content, num_threads=threads)
        self._interpreter.allocate_tensors()
        # The interpreter has one set of tensors, which a second thread would overwrite.
        self._lock = threading.Lock()
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
        return self.predict_outputs(inputs)["scores"]

    def predict_outputs(self, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Compute all outputs of examples, one at a time.

        Args:
            inputs: As for `predict`.

        Returns:
            Each output by name, with the examples as first axis.
        """
        count = len(next(iter(inputs.values())))
        answers = [self.run_outputs(self.prepare(inputs, n)) for n in range(count)]
        return {name: np.concatenate([each[name] for each in answers]) for name in self.outputs}

    def latency_ms(self, inputs: dict[str, np.ndarray], repeats: int = 30) -> float:
        """Measure the median time of one example, in milliseconds.

        Converting the inputs to the types of the file is not timed.
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
        """Convert one example to the types of the file.

        Args:
            inputs: The model's inputs by name, each of shape `(N, ...)`.
            number: Index of the example.
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
        """Score an example that `prepare` made: shape `(1, ...)`, as real numbers."""
        return self.run_outputs(prepared)["scores"]

    def run_outputs(self, prepared: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Compute all outputs of an example that `prepare` made, as real numbers."""
        with self._lock:
            values = self._run(**prepared)
        return {name: self._real(name, value) for name, value in values.items()}

    def _real(self, name: str, values: np.ndarray) -> np.ndarray:
        output = self.outputs[name]
        if "scale" not in output:
            return values
        real = (values.astype(np.float32) - output["zero_point"]) * output["scale"]
        return real.astype(np.float32)


def _describe(detail: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "shape": [int(n) for n in detail["shape"]],
        "dtype": np.dtype(detail["dtype"]).name,
    }
    scale, zero_point = detail["quantization"]
    if scale:
        # The real number is (integer - zero_point) * scale.
        described |= {"scale": float(scale), "zero_point": int(zero_point)}
    return described
