"""One example: the float32 LiteRT file against `keras.Model.predict`."""

from collections.abc import Sequence
from functools import partial

from artifacts.case import Case
from artifacts.latency import side_by_side
from artifacts.prepared import Prepared
from artifacts.results import Results
from artifacts.table import Rows, Table, head, row, spread

_BOUND = 0.2


def _measure(prepared: Prepared) -> Rows:
    one = {name: values[:1] for name, values in prepared.inputs.items()}
    named = one if len(one) > 1 else next(iter(one.values()))
    file = prepared.file("float32")
    calls = {
        "predict": partial(prepared.recipe.model.predict, named, verbose=0),
        "float32": partial(file.run, file.prepare(one, 0)),
    }
    timed = side_by_side(calls, rounds=15)
    return {name: {"wall_ms": metrics["wall_ms"]} for name, metrics in timed.items()}


def _lines(results: Results, cases: Sequence[Case]) -> list[str]:
    lines = head("case", "`predict` ms", "LiteRT ms", "share")
    for case in cases:
        times = [results.values(case.name, name, "wall_ms") for name in ("predict", "float32")]
        share = results.ratio(case.name, "float32", "predict", "wall_ms")
        lines.append(row([case.name, *(spread(each, ".1f") for each in times), spread(share)]))
    return lines


def _missed(results: Results, cases: Sequence[Case]) -> list[str]:
    found = []
    for case in cases:
        share = results.ratio(case.name, "float32", "predict", "wall_ms")
        # Of images: a transformer computes for longer than `predict` takes to start.
        if not case.is_text and len(share) and share.mean() > _BOUND:
            found.append(f"{case.name}: {share.mean():.2f} of predict, not {_BOUND}")
    return found


TABLE = Table(
    "predict",
    "One example: LiteRT against `predict`",
    "Median time on the clock; LiteRT on one thread, `keras.Model.predict` as it comes.",
    _measure,
    _lines,
    _missed,
)
