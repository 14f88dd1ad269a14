"""Where the time of a file goes, by kind of operator."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from artifacts.case import Case
from artifacts.prepared import Prepared
from artifacts.results import Results
from artifacts.table import Rows, Table, head, row
from kerastl.artifacts.litert.graph import Graph, Kind

_FILES = ("float32", "int8")
_ROUNDS = 40
_KINDS = ("pointwise convolutions", "depthwise convolutions", "other convolutions", "all else")


class _Cut(Graph):
    """A file that ends after one of its operators."""

    def __init__(self, content: bytes, number: int) -> None:
        super().__init__(content)
        del self.operators[number + 1 :]
        self._model.subgraphs[0].outputs = list(self.operators[-1].outputs)
        # Signatures name outputs that are gone.
        self._model.signatureDefs = None


def _measure(prepared: Prepared) -> Rows:
    if prepared.case.is_text or "int8" not in prepared.kept:
        return {}
    contents = [prepared.bundle.path(f"tflite/{name}").read_bytes() for name in _FILES]
    return by_kind(dict(zip(_FILES, contents, strict=True)))


def by_kind(contents: dict[str, bytes]) -> Rows:
    """Time each file's first operators, then those up to the next convolution, and so on.

    What comes between two convolutions, such as additions and conversions, counts as all else.
    """
    rows: Rows = {kind: {} for kind in _KINDS}
    for name, content in contents.items():
        graph = Graph(content)
        spent, before = dict.fromkeys(_KINDS, 0.0), 0.0
        for number, operator in enumerate(graph.operators):
            following = graph.operators[number + 1 : number + 2]
            own = _kind(graph, operator)
            if own == _KINDS[-1] and following and _kind(graph, following[0]) == own:
                continue
            now = max(_least_ms(_Cut(content, number).to_bytes()), before)
            spent[own] += now - before
            before = now
        for kind, milliseconds in spent.items():
            rows[kind][f"{name}_ms"] = milliseconds
    return rows


def _kind(graph: Graph, operator: Any) -> str:
    kind = graph.kind(operator)
    if kind == Kind.DEPTHWISE_CONV_2D:
        return _KINDS[1]
    if kind != Kind.CONV_2D:
        return _KINDS[3]
    height, width = graph.tensors[operator.inputs[1]].shape[1:3]
    return _KINDS[0] if height == width == 1 else _KINDS[2]


def _least_ms(content: bytes) -> float:
    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    times = []
    for _ in range(_ROUNDS):
        start = time.thread_time()
        interpreter.invoke()
        times.append(time.thread_time() - start)
    # The least of many: differences between medians would be noise on a shared machine.
    return float(np.min(times)) * 1000


def _lines(results: Results, cases: Sequence[Case]) -> list[str]:
    lines = head("case", "operators", *(f"{name} ms" for name in _FILES), "share")
    for case in cases:
        for kind in _KINDS:
            times = [results.values(case.name, kind, f"{name}_ms") for name in _FILES]
            if len(times[0]):
                float32, int8 = (float(each[0]) for each in times)
                share = f"{int8 / float32:.2f}" if float32 > 0.01 else "-"
                lines.append(row([case.name, kind, f"{float32:.2f}", f"{int8:.2f}", share]))
    return lines


TABLE = Table(
    "layers",
    "Where the time of an int8 file goes",
    "Seed 0. The file is cut after each operator in turn, and the least processor time of 40 runs "
    "is taken of each part; differences are summed up by kind of operator.",
    _measure,
    _lines,
    lambda results, cases: [],
    seeds=1,
)
