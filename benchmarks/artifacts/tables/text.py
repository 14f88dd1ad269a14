"""Files of a BERT."""

from collections.abc import Sequence

from artifacts.case import Case
from artifacts.compared import compared
from artifacts.prepared import VARIANTS, Prepared
from artifacts.results import Results
from artifacts.table import Rows, Table, head, row, spread


def _measure(prepared: Prepared) -> Rows:
    return compared(prepared, rounds=12) if prepared.case.is_text else {}


def _lines(results: Results, cases: Sequence[Case]) -> list[str]:
    lines = head("case", "file", "accuracy", "agreement", "MB", "size", "ms", "latency")
    for case in cases:
        own = results.values(case.name, "model", "accuracy")
        if len(own):
            lines.append(row([case.name, "model", spread(own), *["-"] * 5]))
        for file in VARIANTS if len(own) else ():
            size = results.values(case.name, file, "bytes")
            time = results.values(case.name, file, "cpu_ms")
            lines.append(
                row(
                    [
                        case.name,
                        file,
                        spread(results.values(case.name, file, "accuracy")),
                        spread(results.values(case.name, file, "agreement")),
                        spread(size * 1e-6, ".1f"),
                        spread(results.ratio(case.name, file, "float32", "bytes"), ".2f"),
                        spread(time, ".0f"),
                        spread(results.ratio(case.name, file, "float32", "cpu_ms"), ".2f"),
                    ]
                )
            )
    return lines


def _missed(results: Results, cases: Sequence[Case]) -> list[str]:
    found = []
    for case in cases:
        model = results.values(case.name, "model", "accuracy")
        if not len(model):
            continue
        for file, bound in (("dynamic", 0.003), ("int8", 0.01)):
            drop = results.loss(case.name, file)
            if len(drop) < len(model):
                found.append(f"{case.name}: {file} was refused with some seed")
            elif drop.mean() > bound:
                found.append(f"{case.name}: {file} loses {drop.mean():.4f}, more than {bound}")
        for figure, bound, name in (("bytes", 0.3, "size"), ("cpu_ms", 0.4, "latency")):
            ratio = results.ratio(case.name, "dynamic", "float32", figure)
            if len(ratio) and ratio.mean() > bound:
                found.append(
                    f"{case.name}: dynamic {name} {ratio.mean():.2f} of float32, not {bound}"
                )
    return found


TABLE = Table(
    "text",
    "Files of a BERT",
    "MiniLM, texts padded to 128 tokens, 500 test sentences, a linear probe. "
    "Size and latency are shares of float32's; latency is the median processor time of one thread.",
    _measure,
    _lines,
    _missed,
)
