"""Measure what limits the sentences of the main job: how they are trained on, or how few they are.

    KERASTL_SHARED=... KERAS_BACKEND=jax python benchmarks/more_sentences.py [--seeds 0 1 2]
        [--counts 800 1600 3200] [--methods fit plain]

The test part, and the first 1,000 sentences of a seed's draw, are those of `main_job.py`; a fifth
of what is drawn is for validation. *Plain* is keras-hub's own classifier with everything trained
from the first step on, 4 epochs of Adam at 1e-4, and its last weights. Results are kept in
benchmarks/results/more-sentences.jsonl, where a later run adds to them or replaces them;
docs/more-sentences.md is written from all of them. With `--seeds` left empty nothing is measured
and the page is written from the stored results.
"""

import argparse
import os
from dataclasses import dataclass
from itertools import product
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from machine import machine
from main_job import sentence_recipe, sentences
from result_lines import FOLDER, read_lines, write_lines
from spread import spread
from transfer.plain_guides import fit_plainly, plain_text_classifier

_PAGE = Path(__file__).resolve().parents[1] / "docs" / "more-sentences.md"
_PATH = FOLDER / "more-sentences.jsonl"
_METHODS = ("fit", "plain")


@dataclass(frozen=True)
class Result:
    """One method on one draw."""

    method: str
    count: int
    seed: int
    accuracy: float
    machine: str


def run(method: str, count: int, seed: int) -> float:
    """Train on some sentences and return test accuracy."""
    data = sentences(seed, count * 5 // 4)
    if method == "fit":
        recipe = sentence_recipe()
        recipe.fit(data, seed=seed, verbose=0)
        return recipe.evaluate(data.test).accuracy
    keras.utils.set_random_seed(seed)
    model, _, batches = plain_text_classifier(data)
    train, validation = batches(data.train, True), batches(data.validation, False)
    fit_plainly(model, train, validation, keras.optimizers.Adam(1e-4), epochs=4)
    return float(model.evaluate(batches(data.test, False), verbose=0)[1])


def read() -> dict[tuple[str, int, int], Result]:
    """Return what is known."""
    rows = [Result(**row) for row in read_lines(_PATH)]
    return {(row.method, row.count, row.seed): row for row in rows}


def page(results: list[Result]) -> str:
    """Write the table."""
    counts = sorted({each.count for each in results})
    lines = [
        "# More sentences, measured",
        "",
        "`python benchmarks/more_sentences.py`: rt-polarity and MiniLM as in",
        "[the main job](main-job.md), test accuracy on the same 2,000 sentences, mean and standard",
        "deviation over seeds. *Plain* is keras-hub's own classifier, everything trained for 4",
        "epochs of Adam at 1e-4.",
        *(f"Measured on {each}." for each in sorted({each.machine for each in results})),
        "",
        f"| training sentences | {' | '.join(f'{method} | seeds' for method in _METHODS)} |",
        f"|---|{'---|---|' * len(_METHODS)}",
    ]
    for count in counts:
        cells = [f"{count:,}"]
        for method in _METHODS:
            own = [each for each in results if (each.method, each.count) == (method, count)]
            cells += [spread([each.accuracy for each in own]), str(len(own))]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Run what is chosen and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--counts", type=int, nargs="*", default=[800, 1600, 3200])
    parser.add_argument("--methods", nargs="*", choices=_METHODS, default=_METHODS)
    options = parser.parse_args()
    for seed, count, method in product(options.seeds, options.counts, options.methods):
        accuracy = run(method, count, seed)
        print(f"{method}, {count} sentences, seed {seed}: {accuracy:.4f}", flush=True)
        where = f"{machine()}, {keras.backend.backend()} backend"
        known = {**read(), (method, count, seed): Result(method, count, seed, accuracy, where)}
        write_lines(_PATH, (known[key] for key in sorted(known)))
    known = read()
    _PAGE.write_text(page([known[key] for key in sorted(known)]), "utf-8")


if __name__ == "__main__":
    main()
