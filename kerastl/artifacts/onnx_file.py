"""The model as an ONNX file, for onnxruntime and what reads ONNX otherwise."""

import importlib.util
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.bundle.description import describe
from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.held_out import HeldOut

_PACKAGES = ("onnx", "onnxruntime", "tf2onnx")
# Of 2022: onnxruntime 1.14 and later read it, and every operator of our backbones is in it.
_OPSET = 18
_PATH = Path("onnx", "model.onnx")
_BATCH = 32
_REPEATS = 30


def check_onnx_packages() -> None:
    """Refuse to go on without the packages that make and run ONNX files.

    Raises:
        ImportError: If one of them is not installed.
    """
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise ImportError(
            "ONNX files need more packages: pip install 'kerastl[onnx]', or leave 'onnx' out of "
            f"formats. Received: no {', '.join(missing)}"
        )


def make_onnx_file(
    exportable: Exportable, directory: Path, examples: HeldOut, reference: Reference
) -> tuple[Artifact, dict[str, Any]]:
    """Convert to float32 ONNX, run the file in onnxruntime and judge it.

    Args:
        exportable: The model.
        directory: The bundle under construction.
        examples: What to compare on.
        reference: The model's answers.

    Returns:
        The row, and what a receiver must know: inputs, outputs and operator set. The file takes
        batches of any size.

    Raises:
        RuntimeError: If the file does not answer as the model does.
    """
    content = _convert(exportable)
    scores = _scores(_open(content, threads=2), examples.inputs)
    reference.check_same(scores, "The ONNX file")
    alone = _open(content, threads=1)
    row = reference.judge("onnx", _PATH, len(content), scores, _latency_ms(alone, examples.inputs))
    if row.kept:
        (directory / _PATH).parent.mkdir()
        (directory / _PATH).write_bytes(content)
    told = {
        "path": _PATH.as_posix(),
        "opset": _OPSET,
        "inputs": {each.name: _told(each) for each in alone.get_inputs()},
        "outputs": {each.name: _told(each) for each in alone.get_outputs()},
    }
    return row, told


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


def _open(content: bytes, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _scores(session: Any, inputs: dict[str, np.ndarray]) -> np.ndarray:
    count = len(next(iter(inputs.values())))
    parts = [
        session.run(["scores"], _some(inputs, slice(start, start + _BATCH)))[0]
        for start in range(0, count, _BATCH)
    ]
    return np.concatenate(parts)


def _latency_ms(session: Any, inputs: dict[str, np.ndarray]) -> float:
    one = _some(inputs, slice(0, 1))
    session.run(["scores"], one)
    times = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        session.run(["scores"], one)
        times.append(time.perf_counter() - start)
    return float(np.median(times) * 1000)


def _some(inputs: dict[str, np.ndarray], part: slice) -> dict[str, np.ndarray]:
    return {name: values[part] for name, values in inputs.items()}


def _told(tensor: Any) -> dict[str, Any]:
    # onnxruntime names sizes that are open.
    shape = [size if isinstance(size, int) else None for size in tensor.shape]
    return {"shape": shape, "dtype": tensor.type.removeprefix("tensor(").removesuffix(")")}
