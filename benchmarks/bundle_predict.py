"""Measure how fast a bundle answers without TensorFlow, and write docs/bundle-predict.md.

    python benchmarks/bundle_predict.py
    python benchmarks/bundle_predict.py --bundles out/bundles     # kept there for the next run

Bundles of real networks answer one input from the shell, and 1,000 in one process. The rate is
compared with that of the bare interpreter on inputs that are ready, in the same process: both take
turns, a hundred inputs at a time, so that their ratio does not depend on what else the machine
does. The exit status is 1 where a bound is missed.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine
from shared_folder import image_backbone, minilm, shared

import kerastl as ktl

DOCS = Path(__file__).resolve().parents[1] / "docs" / "bundle-predict.md"
COUNT, TURN, PROCESSES = 1000, 100, 7
MOST_SECONDS, LEAST_RATIO = 1.5, 0.8
EMPTY: dict[str, Any] = {"formats": ("tflite",), "max_drop": None, "min_agreement": None}


@dataclass(frozen=True)
class Case:
    """A network and its data.

    Attributes:
        title: Name in the tables.
        fit: Trains the recipe.
        inputs: Returns raw inputs that it was not trained on, at most 1,000.
        formats: The files that are measured.
    """

    title: str
    fit: Callable[[], ktl.Recipe]
    inputs: Callable[[], list[str]]
    formats: tuple[str, ...]


def photo_recipe(name: str) -> Callable[[], ktl.Recipe]:
    def fit() -> ktl.Recipe:
        folder = shared() / "images" / "trashnet6_subset" / "train"
        recipe = ktl.ImageClassification(image_backbone(name))
        data = ktl.data.image_folder(folder, validation_split=0.2, seed=0)
        recipe.fit(data, "feature_extraction", seed=0, verbose=0)
        return recipe

    return fit


def photos() -> list[str]:
    files = sorted((shared() / "images" / "trashnet6_subset" / "test").rglob("*.jpg"))
    return [str(files[number % len(files)]) for number in range(COUNT)]


def review_lines(ending: str) -> list[str]:
    content = (shared() / "text" / "rt_polarity" / f"rt-polarity.{ending}").read_bytes()
    return content.decode("utf-8").strip("\n").split("\n")


def review_recipe() -> ktl.Recipe:
    texts = [*review_lines("pos")[:300], *review_lines("neg")[:300]]
    labels = ["positive"] * 300 + ["negative"] * 300
    recipe = ktl.TextClassification("bert", weights=str(minilm()), sequence_length=64)
    data = ktl.data.arrays(texts, labels, validation_split=0.2, seed=0)
    recipe.fit(data, "feature_extraction", seed=0, verbose=0)
    return recipe


def reviews() -> list[str]:
    return [*review_lines("pos")[300:800], *review_lines("neg")[300:800]]


CASES = {
    "small": Case("MobileNetV2 0.35, photos", photo_recipe("MobileNetV2 0.35"), photos,
                  ("int8", "float32")),
    "large": Case("MobileNetV2 1.0, photos", photo_recipe("MobileNetV2 1.0"), photos,
                  ("int8", "float32")),
    "texts": Case("MiniLM, sentences", review_recipe, reviews, ("dynamic", "float32")),
}  # fmt: skip


def worker(bundle: str, format: str, inputs: list[Any]) -> dict[str, float]:
    """Measure 1,000 inputs in a process without TensorFlow."""
    from ai_edge_litert.interpreter import Interpreter

    model = ktl.load_bundle(bundle, format)
    path = ktl.artifacts.Bundle.load(bundle).path(model.format)
    run = Interpreter(str(path), num_threads=1).get_signature_runner()
    random = np.random.default_rng(0)
    ready = {
        name: random.integers(0, 200, detail["shape"]).astype(detail["dtype"])
        for name, detail in run.get_input_details().items()
    }
    if "padding_mask" in ready:
        ready["padding_mask"][:] = 1
    first = next(iter(ready.values()))
    given = {"files": inputs}
    if model.modality == "image":
        pixels = random.integers(0, 256, (TURN, *first.shape[1:]), np.uint8)
        given["arrays"] = list(pixels) * (COUNT // TURN)
    taken = dict.fromkeys(("bare", *given), 0.0)
    for start in range(0, COUNT, TURN):
        begun = time.perf_counter()
        for _ in range(TURN):
            run(**ready)
        taken["bare"] += time.perf_counter() - begun
        for kind, values in given.items():
            begun = time.perf_counter()
            model.predict(values[start : start + TURN])
            taken[kind] += time.perf_counter() - begun
    assert not {"tensorflow", "keras"} & set(sys.modules)
    return {kind: seconds / COUNT * 1000 for kind, seconds in taken.items()}


def shell(place: Path, raw: str, processes: int = PROCESSES) -> tuple[list[float], float]:
    """Return seconds on the clock of each process, and their median processor time."""
    command = [sys.executable, "-m", "kerastl", "predict", str(place), raw]
    taken, processor = [], []
    for number in range(processes + 1):
        start, used = time.perf_counter(), _used()
        subprocess.run(command, check=True, capture_output=True)
        if number:  # the first one reads the disk
            taken.append(time.perf_counter() - start)
            processor.append(_used() - used)
    return taken, statistics.median(processor)


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def in_child(arguments: list[Any]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--worker"], input=json.dumps(arguments),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def greatest_difference(recipe: ktl.Recipe, bundle: Path, inputs: list[str]) -> float:
    """Return the largest difference of any probability of the float32 file from the recipe's."""
    own = recipe.predict(inputs, verbose=0)
    files = ktl.load_bundle(bundle, "float32").predict(inputs, verbose=0)
    return max(
        abs(probability - other.probabilities[name])
        for one, other in zip(own, files, strict=True)
        for name, probability in one.probabilities.items()
    )


def measure(folder: Path) -> tuple[list[dict[str, Any]], list[str]]:
    rows, missed = [], []
    for name, case in CASES.items():
        run, bundle = folder / f"{name}_run", folder / name
        if not (bundle / "report.json").is_file():
            recipe = case.fit()
            recipe.save(run, overwrite=True)
            recipe.export(bundle, quantize=("float32", *case.formats[:1]), **EMPTY)
        inputs = case.inputs()
        difference = greatest_difference(ktl.load(run), bundle, inputs[:150])
        ours, processor = shell(bundle, inputs[0])
        theirs, _ = shell(run, inputs[0], 1)
        if statistics.median(ours) > MOST_SECONDS:
            missed.append(f"{case.title}: {statistics.median(ours):.2f} s for one input")
        for format in case.formats:
            taken = in_child([str(bundle), format, inputs])
            row = {
                "case": case.title, "file": format, "shell": ours, "with TensorFlow": theirs,
                "processor": processor,
                "difference": difference, **taken,
            }  # fmt: skip
            print(row, flush=True)
            rows.append(row)
            for kind in set(taken) - {"bare"}:
                ratio = taken["bare"] / taken[kind]
                if ratio < LEAST_RATIO:
                    what = "files" if kind == "files" and "arrays" in taken else kind
                    missed.append(f"{case.title}, {format}, {what}: a ratio of {ratio:.2f}")
    return rows, missed


def page(rows: list[dict[str, Any]], missed: list[str]) -> str:
    """Write the tables."""
    first = list({row["case"]: row for row in rows}.values())
    lines = [
        "# Answers of a bundle, measured",
        "",
        "`python benchmarks/bundle_predict.py`: bundles answer without TensorFlow; "
        "[how to use them](bundles.md).",
        f"Measured on {machine()}, shared with other programs.",
        "",
        "## One input from the shell",
        "",
        f"`kerastl predict BUNDLE INPUT` and `kerastl predict RUN INPUT`: median of {PROCESSES} "
        f"processes and one process, warm disk. The bound for a bundle is {MOST_SECONDS} s.",
        "",
        "| case | bundle, s | range | processor time, s | run, with TensorFlow, s |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in first:
        ours, theirs = row["shell"], statistics.median(row["with TensorFlow"])
        span = f"{min(ours):.2f} to {max(ours):.2f}"
        cells = f"{statistics.median(ours):.2f} | {span} | {row['processor']:.2f} | {theirs:.1f}"
        lines.append(f"| {row['case']} | {cells} |")
    lines += [
        "",
        f"## {COUNT:,} inputs",
        "",
        "Milliseconds for each input in one process, interpreter with one thread. *Interpreter*: "
        "the bare `ai_edge_litert` interpreter on one input that is ready. *Raw inputs*: "
        "`load_bundle(...).predict` on image files of 512 x 384 pixels, which are decoded and "
        "resized, or on strings. *Arrays*: pixels of the model's own size. The ratio is the "
        f"interpreter's time divided by that of `predict`; its bound is {LEAST_RATIO}.",
        "",
        "| case | file | interpreter, ms | raw inputs, ms | ratio | arrays, ms | ratio |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        bare, cells = row["bare"], []
        for kind in ("files", "arrays"):
            value = row.get(kind)
            cells += ["-", "-"] if value is None else [f"{value:.2f}", f"{bare / value:.2f}"]
        lines.append(f"| {row['case']} | {row['file']} | {bare:.2f} | {' | '.join(cells)} |")
    lines += [
        "",
        "Other threads decode and resize the next images while the interpreter runs, so the time "
        "of a small network is that of decoding. A ratio above 1 is noise of a shared machine.",
        "",
        "## Against the recipe",
        "",
        "Largest difference of any probability of the float32 file from `recipe.predict`, 150 raw "
        "inputs. Pixels halfway between two numbers may be rounded either way.",
        "",
        "| case | difference |",
        "| --- | --- |",
        *(f"| {row['case']} | {row['difference']:.1e} |" for row in first),
        "",
    ]
    if missed:
        lines += ["Missed:", "", *(f"- {each}" for each in missed), ""]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bundles", type=Path, help="folder of the bundles, made if missing")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        print(json.dumps(worker(*json.load(sys.stdin))))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        rows, missed = measure(given.bundles or Path(scratch))
    DOCS.write_text(page(rows, missed), encoding="utf-8")
    print(*missed, sep="\n")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
