"""Measure several labels and numbers: two photos in an image, and how blurred a photo is.

    KERASTL_SHARED=... python benchmarks/labels_and_numbers.py [--seeds 0 1 2] [--write PAGE]

Photos are trashnet6's, weights MobileNetV2 0.35. The functions of `recipes/several_labels.py` and
`recipes/blur.py` make the targets from them. A seed draws pairs, radii and the division into
training and validation; test photos are trashnet6's own test part. On the same data `fit(data)` is
compared with the linear probe alone and with a constant answer. The metrics of each seed are
appended to `benchmarks/results/labels-and-numbers.jsonl` when it is done. A seed that the file
holds is not run again.
"""

import argparse
import importlib.util
import os
from pathlib import Path
from types import ModuleType

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from machine import machine
from result_lines import FOLDER, append_lines, read_lines
from shared_folder import image_weights, shared

import kerastl as ktl

HEADING = "## Measured"
WAYS = {"linear probe": "feature_extraction", "`fit(data)`": "auto"}


def program(name: str) -> ModuleType:
    """Load a program of `recipes/`, whose functions make the images."""
    path = Path(__file__).resolve().parents[1] / "recipes" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


several_labels, blur = program("several_labels"), program("blur")


def make(recipe: type[ktl.Recipe], **options: object) -> ktl.Recipe:
    """Make a recipe on MobileNetV2 0.35."""
    weights = image_weights("MobileNetV2 0.35")
    backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=weights)
    size = several_labels.SIZE
    return recipe(backbone, image_size=(size, size), **options)


def labels(seed: int) -> list[dict[str, object]]:
    """Measure multi-label classification on images of two photos."""
    photos = shared() / "images" / "trashnet6_subset"
    train, test = (
        ktl.data.multi_label(
            *several_labels.side_by_side(several_labels.read(photos / part), seed),
            validation_split=share,
            seed=seed,
        )
        for part, share in (("train", 0.25), ("test", 0.0))
    )
    rows = []
    for way, schedule in WAYS.items():
        recipe = make(ktl.ImageMultiLabelClassification, augmentation="no_flip")
        recipe.fit(train, schedule, seed=seed, verbose=0)
        chosen = recipe.evaluate(test.train)
        recipe.model.get_layer("head").thresholds = (0.5,) * len(recipe.class_names)
        half = recipe.evaluate(test.train)
        rows.append(
            {
                "task": "labels",
                "way": way,
                "seed": seed,
                "mean_average_precision": chosen.mean_average_precision,
                "micro_f1": chosen.micro_f1,
                "micro_f1_at_half": half.micro_f1,
                "exact": chosen.exact,
            }
        )
    share = test.train.labels.mean()
    everything = {
        "mean_average_precision": float(share),
        "micro_f1": float(2 * share / (1 + share)),
    }
    rows.append({"task": "labels", "way": "always every label", "seed": seed, **everything})
    return rows


def numbers(seed: int) -> list[dict[str, object]]:
    """Measure regression of a photo's blur radius."""
    photos = shared() / "images" / "trashnet6_subset"
    train, test = (
        ktl.data.numbers(
            *blur.blurred(blur.read(photos / part), 2 * seed + number),
            target_names="radius",
            validation_split=share,
            seed=seed,
        )
        for number, (part, share) in enumerate((("train", 0.25), ("test", 0.0)))
    )
    rows = []
    for way, schedule in WAYS.items():
        recipe = make(ktl.ImageRegression, augmentation="none")
        recipe.fit(train, schedule, seed=seed, verbose=0)
        found = recipe.evaluate(test.train).per_target["radius"]
        rows.append(
            {
                "task": "numbers",
                "way": way,
                "seed": seed,
                "mae": found.mae,
                "r2": found.r2,
                "coverage": found.coverage,
                "width": found.width,
            }
        )
    mean = train.train.labels.mean()
    error = float(np.abs(test.train.labels - mean).mean())
    return [*rows, {"task": "numbers", "way": "always the mean", "seed": seed, "mae": error}]


def spread(rows: list[dict], figure: str, digits: int = 3) -> str:
    """Write mean and sample standard deviation over seeds."""
    values = [row[figure] for row in rows if figure in row]
    if not values:
        return ""
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    return f"{np.mean(values):.{digits}f} ± {np.std(values, ddof=1):.{digits}f}"


def table(rows: list[dict]) -> list[str]:
    """Write the section of measured metrics."""
    seeds = sorted({row["seed"] for row in rows})
    lines = [
        HEADING,
        "",
        f"`python benchmarks/labels_and_numbers.py`, seeds {', '.join(map(str, seeds))}; mean and "
        f"standard deviation over seeds, 150 test images each. {machine()}.",
        "",
    ]
    columns = {
        "labels": {
            "two photos in an image": None,
            "mean average precision": ("mean_average_precision", 3),
            "micro-F1": ("micro_f1", 3),
            "micro-F1 with thresholds 0.5": ("micro_f1_at_half", 3),
            "all labels right": ("exact", 3),
        },
        "numbers": {
            "blurred by 0 to 4 pixels": None,
            "mean error, pixels": ("mae", 2),
            "R²": ("r2", 3),
            "inside the 90 % interval": ("coverage", 3),
            "its width, pixels": ("width", 2),
        },
    }
    for task, named in columns.items():
        own = [row for row in rows if row["task"] == task]
        if not own:
            continue
        lines += ["| " + " | ".join(named) + " |", "|" + "---|" * len(named)]
        for way in dict.fromkeys(row["way"] for row in own):
            of_way = [row for row in own if row["way"] == way]
            cells = [spread(of_way, *figure) for figure in named.values() if figure]
            lines.append("| " + " | ".join([way, *cells]) + " |")
        lines.append("")
    return lines


def main() -> None:
    """Run every seed and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--rows", type=Path, default=FOLDER / "labels-and-numbers.jsonl")
    parser.add_argument("--write", type=Path, help="a Markdown file with a section of metrics")
    options = parser.parse_args()
    rows = read_lines(options.rows)
    done = {(row["task"], row["seed"]) for row in rows}
    for seed in options.seeds:
        for measured in (labels, numbers):
            if (measured.__name__, seed) in done:
                continue
            found = measured(seed)
            append_lines(options.rows, found)
            rows += found
    lines = table(rows)
    print("\n".join(lines))
    if options.write:
        before = options.write.read_text(encoding="utf-8").partition(HEADING)[0]
        staged = options.write.with_suffix(".part")
        staged.write_text(before + "\n".join(lines), encoding="utf-8")
        staged.replace(options.write)


if __name__ == "__main__":
    main()
