"""The ONNX format: one float32 file for onnxruntime and other ONNX readers."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.bundle.description import describe
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.formats.card_program import tensor_program
from kerastl.artifacts.formats.format import ExportedFiles, ExportJob, Format
from kerastl.artifacts.held_out import HeldOut

# Of 2022: onnxruntime 1.14 and later read it, and every operator of our backbones is in it.
_OPSET = 18
_BATCH = 32
_REPEATS = 30


class OnnxFormat(Format):
    """A float32 ONNX file that takes the model's own inputs in batches of any size."""

    name: ClassVar[str] = "onnx"
    packages: ClassVar[tuple[str, ...]] = ("onnx", "onnxruntime", "tf2onnx")
    install: ClassVar[str] = "kerastl[onnx]"

    def make(self, job: ExportJob) -> ExportedFiles:
        """Convert the model, run the file in onnxruntime and compare it."""
        relative = Path(self.name, "model.onnx")
        path = job.directory / relative
        path.parent.mkdir()
        path.write_bytes(_convert(job.exportable))
        scores = self.run(path, job.examples)
        job.reference.check_same(scores, "The ONNX file")
        alone = _open(path, threads=1)
        latency = _latency_ms(alone, job.examples.inputs)
        row = job.reference.compare(self.name, relative, path.stat().st_size, scores, latency)
        if not row.kept:
            path.unlink()
        description = {
            "path": relative.as_posix(),
            "opset": _OPSET,
            "inputs": {each.name: _shape_and_type(each) for each in alone.get_inputs()},
            "outputs": {each.name: _shape_and_type(each) for each in alone.get_outputs()},
        }
        return ExportedFiles((row,), description, () if row.kept else (row,))

    def run(self, path: Path, examples: HeldOut) -> np.ndarray:
        """Score examples with onnxruntime, in batches of 32."""
        session = _open(path, threads=2)
        parts = [
            session.run(["scores"], _part(examples.inputs, slice(start, start + _BATCH)))[0]
            for start in range(0, len(examples), _BATCH)
        ]
        return np.concatenate(parts)

    def describe(self, artifacts: Sequence[Artifact], description: dict[str, Any]) -> list[str]:
        """Write how onnxruntime runs the file."""
        inputs = description["inputs"]
        named = ", ".join(f'"{name}": {name}' for name in inputs)
        program = tensor_program(
            inputs,
            ["import onnxruntime"],
            f'session = onnxruntime.InferenceSession("{description["path"]}")',
            f'print(session.run(["scores"], {{{named}}})[0])',
        )
        return ["### ONNX", "", *program]


def _convert(exportable: Exportable) -> bytes:
    import onnx
    import tensorflow as tf
    import tf2onnx

    signature = exportable.signature(batch_size=None)

    def scores(*inputs: Any) -> dict[str, Any]:
        return exportable.scores(dict(zip(signature, inputs, strict=True)))

    model, _ = tf2onnx.convert.from_function(
        tf.function(scores), input_signature=list(signature.values()), opset=_OPSET
    )
    described = json.dumps(describe(exportable), ensure_ascii=False)
    onnx.helper.set_model_props(model, {"kerastl.json": described})
    return bytes(model.SerializeToString())


def _open(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _latency_ms(session: Any, inputs: dict[str, np.ndarray]) -> float:
    one = _part(inputs, slice(0, 1))
    session.run(["scores"], one)
    times = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        session.run(["scores"], one)
        times.append(time.perf_counter() - start)
    return float(np.median(times) * 1000)


def _part(inputs: dict[str, np.ndarray], part: slice) -> dict[str, np.ndarray]:
    return {name: values[part] for name, values in inputs.items()}


def _shape_and_type(tensor: Any) -> dict[str, Any]:
    # onnxruntime gives open sizes a name.
    shape = [size if isinstance(size, int) else None for size in tensor.shape]
    return {"shape": shape, "dtype": tensor.type.removeprefix("tensor(").removesuffix(")")}
