"""Measure named entities: WNUT 2017 with MiniLM, the backbone frozen against fine-tuned.

    KERASTL_SHARED=... python benchmarks/entities.py [--seeds 0 1 2] [--write docs/entities.md]

The files' own training, development and test parts (Derczynski et al. 2017). Rates and epochs
were chosen on the development part, which also chooses the epoch that is kept. Each model is
evaluated once on the test part. A seed draws the head, dropout and the order of the sentences. The
metrics of each model are appended to `benchmarks/results/entities.jsonl` when it is done. A seed
that the file holds is not run again. The exit status is 1 where a target is missed.
"""

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from machine import machine
from result_lines import FOLDER, append_lines, read_lines
from shared_folder import minilm, shared
from spread import spread

import kerastl as ktl

HEADING = "## Measured"
TARGET, MARGIN = 0.30, 0.05
WAYS = {
    "frozen backbone, head alone": [ktl.Phase("head", epochs=10, learning_rate=1e-2)],
    "`fit(data)`": "auto",
}


def read() -> ktl.data.Dataset:
    """Read the three files."""
    files = shared() / "text" / "wnut17"
    return ktl.data.conll(
        files / "wnut17train.conll",
        validation=files / "emerging.dev.conll",
        test=files / "emerging.test.annotated",
    )


def run(way: str, seed: int, data: ktl.data.Dataset) -> dict[str, object]:
    """Fit and evaluate once."""
    import keras

    recipe = ktl.TokenClassification("bert", weights=minilm())
    start = time.perf_counter()
    recipe.fit(data, WAYS[way], seed=seed, verbose=2)
    seconds = time.perf_counter() - start
    evaluation = recipe.evaluate(data.test)
    print(evaluation, flush=True)
    kept = recipe.history.phases[-1]["kept_epoch"]
    return {
        "way": way,
        "seed": seed,
        "f1": evaluation.f1,
        "precision": evaluation.precision,
        "recall": evaluation.recall,
        "development_f1": recipe.history.history["val_f1"][kept],
        "kept_epoch": kept + 1,
        "seconds": round(seconds),
        "backend": keras.backend.backend(),
        "by_type": {name: each.f1 for name, each in evaluation.per_type.items()},
    }


def table(rows: list[dict]) -> list[str]:
    """Write the section of measured metrics."""
    seeds = sorted({row["seed"] for row in rows})
    backends = " and ".join(sorted({row["backend"] for row in rows}))
    lines = [
        HEADING,
        "",
        f"`python benchmarks/entities.py`, seeds {', '.join(map(str, seeds))}; mean and standard "
        f"deviation over seeds. {machine()}, {backends}, shared with other work, "
        "which the seconds show.",
        "",
        "| WNUT 2017, MiniLM | seeds | test F1 | precision | recall | development F1 | seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    for way in WAYS:
        own = [row for row in rows if row["way"] == way]
        columns = (spread([r[n] for r in own]) for n in ("f1", "precision", "recall"))
        lines.append(
            f"| {way} | {len(own)} | {' | '.join(columns)} "
            f"| {spread([r['development_f1'] for r in own])} "
            f"| {np.mean([r['seconds'] for r in own]):.0f} |"
        )
    fine_tuned = [row for row in rows if row["way"] == "`fit(data)`"]
    by_type = [
        f"{name} {spread([row['by_type'][name] for row in fine_tuned])}"
        for name in fine_tuned[0]["by_type"]
    ]
    return [*lines, "", f"F1 of `fit(data)` by type: {', '.join(by_type)}.", ""]


def main() -> int:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--rows", type=Path, default=FOLDER / "entities.jsonl")
    parser.add_argument("--write", type=Path, help="a Markdown file with a section of metrics")
    options = parser.parse_args()
    data = read()
    rows = read_lines(options.rows)
    done = {(row["way"], row["seed"]) for row in rows}
    for seed in options.seeds:
        for way in WAYS:
            if (way, seed) not in done:
                rows.append(run(way, seed, data))
                append_lines(options.rows, rows[-1:])
    lines = table(rows)
    print("\n".join(lines))
    if options.write:
        before = options.write.read_text(encoding="utf-8").partition(HEADING)[0]
        options.write.write_text(before + "\n".join(lines), encoding="utf-8")
    means = [np.mean([row["f1"] for row in rows if row["way"] == way]) for way in WAYS]
    missed = means[1] < TARGET or means[1] < means[0] + MARGIN
    print("a target is missed" if missed else "all targets are met")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
