"""Do the float files compute what the model does?"""

from collections.abc import Sequence

import numpy as np

from artifacts.case import Case
from artifacts.prepared import Prepared
from artifacts.results import Results
from artifacts.table import Rows, Table, head, row

_BOUNDS = {"saved_model": 1e-6, "float32": 1e-5}
_COMPARED = 100


def _measure(prepared: Prepared) -> Rows:
    import tensorflow as tf

    some = {name: values[:_COMPARED] for name, values in prepared.inputs.items()}
    served = tf.saved_model.load(str(prepared.bundle.path("saved_model"))).signatures["tensors"]
    named = {name: tf.constant(values) for name, values in some.items()}
    call = named if len(named) > 1 else next(iter(named.values()))
    model = prepared.recipe.model(call, training=False).numpy()
    lite = prepared.file_scores["float32"][:_COMPARED]
    return {
        "saved_model": _difference(served(**named)["scores"].numpy(), model),
        "float32": _difference(lite, model),
    }


def _difference(scores: np.ndarray, model: np.ndarray) -> dict[str, float]:
    return {"max_difference": float(np.abs(scores - model).max())}


def _lines(results: Results, cases: Sequence[Case]) -> list[str]:
    lines = head("case", "SavedModel", "float32 LiteRT")
    for case in cases:
        largest = [_largest(results, case, file) for file in _BOUNDS]
        lines.append(row([case.name, *(f"{each:.1e}" for each in largest)]))
    return [*lines, row(["at most", *(f"{bound:.0e}" for bound in _BOUNDS.values())])]


def _largest(results: Results, case: Case, file: str) -> float:
    return float(results.values(case.name, file, "max_difference").max())


def _missed(results: Results, cases: Sequence[Case]) -> list[str]:
    return [
        f"{case.name}: {file} differs by {off:.1e}, more than {bound:.0e}"
        for case in cases
        for file, bound in _BOUNDS.items()
        if (off := _largest(results, case, file)) > bound
    ]


TABLE = Table(
    "parity",
    "Float files against the model",
    "Largest difference of any probability over all seeds, on 100 test examples, which the Keras "
    "model and the SavedModel answer in one batch of the same size.",
    _measure,
    _lines,
    _missed,
)
