"""Where the bytes of an int8 file are."""

from collections.abc import Sequence

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils

from artifacts.case import Case
from artifacts.prepared import Prepared
from artifacts.results import Results
from artifacts.table import Rows, Table, head, row

_PARTS = (
    "int8 weights",
    "float weights",
    "biases",
    "scales",
    "names, shapes, operators",
    "metadata and labels",
)


def _measure(prepared: Prepared) -> Rows:
    files = [name for name in ("float32", "int8") if name in prepared.kept]
    return {
        name: dict(parts_of(prepared.bundle.path(f"tflite/{name}").read_bytes())) for name in files
    }


def parts_of(content: bytes) -> dict[str, float]:
    """Count the bytes of a file by what they are for."""
    model = flatbuffer_utils.read_model_from_bytearray(content)
    graph = model.subgraphs[0]
    parts = dict.fromkeys(_PARTS, 0.0)
    seen: set[int] = set()
    scales: set[bytes] = set()
    for tensor in graph.tensors:
        data = model.buffers[tensor.buffer].data
        if tensor.quantization is not None and tensor.quantization.scale is not None:
            scales.add(np.asarray(tensor.quantization.scale, np.float32).tobytes())
        if data is None or tensor.buffer in seen:
            continue
        seen.add(tensor.buffer)
        parts[_kind(tensor)] += len(data)
    parts["scales"] = float(sum(map(len, scales)))
    described = sum(
        len(model.buffers[entry.buffer].data) for entry in model.metadata or [] if entry.name
    )
    # Readers find a zip archive by its end, and its first file by this mark.
    archive = content.find(b"PK\x03\x04")
    parts["metadata and labels"] = float(described + (len(content) - archive if archive > 0 else 0))
    parts["names, shapes, operators"] = float(len(content) - sum(parts.values()))
    return {**parts, "bytes": float(len(content))}


def _kind(tensor: schema.TensorT) -> str:
    if len(tensor.shape) < 2:
        return "biases"
    kinds = schema.TensorType
    return "int8 weights" if tensor.type in (kinds.INT8, kinds.UINT8) else "float weights"


def _lines(results: Results, cases: Sequence[Case]) -> list[str]:
    lines = head("case", "file", *(f"{part}, kB" for part in _PARTS), "all, kB")
    for case in cases:
        for file in ("float32", "int8"):
            values = [results.values(case.name, file, part) for part in (*_PARTS, "bytes")]
            if len(values[0]):
                cells = [f"{each[0] / 1000:.1f}" for each in values]
                lines.append(row([case.name, file, *cells]))
    return lines


TABLE = Table(
    "space",
    "Where the bytes of an int8 file are",
    "Of seed 0's bundle. The small networks keep their first layers in float, and carry as many "
    "biases, names and labels as float32 does.",
    _measure,
    _lines,
    lambda results, cases: [],
    seeds=1,
)
