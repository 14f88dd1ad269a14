"""Detection on composed scenes, from ImageNet weights and from random ones.

    KERASTL_SHARED=... python benchmarks/detection.py [--seeds 0 1]
        [--write docs/object-detection.md]

The metrics of each run are appended to benchmarks/results/object-detection.jsonl when it ends. A
run that the file holds is not repeated. The exit status is 1 where a target is missed.
"""

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from result_lines import FOLDER, append_lines, read_lines
from scenes import compose
from shared_folder import image_weights, shared

import kerastl as ktl
from kerastl.training.schedules.head_then_fine_tune import HeadThenFineTune

RESULTS = FOLDER / "object-detection.jsonl"
TARGET = 0.5
_SIZE = (192, 192)
_HEAD, _ALL = 8, 10
_BEGIN, _END = "<!-- metrics: benchmarks/detection.py -->", "<!-- end of metrics -->"


def run(weights: str, seed: int) -> dict:
    """Train on 300 scenes, with 45 of them held out for validation, and test on 100 others."""
    with tempfile.TemporaryDirectory() as folder:
        scenes = compose(shared(), Path(folder), seed=seed)
        data = ktl.data.coco(
            scenes / "train.json",
            scenes / "images",
            test=scenes / "test.json",
            validation_split=0.15,
            seed=seed,
        )
        given = str(image_weights("MobileNetV2 0.35")) if weights == "imagenet" else None
        backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=given)
        recipe = ktl.ObjectDetection(backbone, image_size=_SIZE)
        begin, processor = time.perf_counter(), time.process_time()
        schedule = HeadThenFineTune(head_epochs=_HEAD, epochs=_ALL)
        recipe.fit(data, schedule, batch_size=8, seed=seed, verbose=2)
        metrics = recipe.evaluate(data.test)
        return {
            "weights": weights,
            "seed": seed,
            "map": metrics.map,
            "map50": metrics.map50,
            "per_class": {name: each.map50 for name, each in metrics.per_class.items()},
            "seconds": time.perf_counter() - begin,
            "processor_seconds": time.process_time() - processor,
        }


def by_weights(runs: list[dict]) -> dict[str, list[dict]]:
    """Group runs by where their backbone's weights came from."""
    groups = defaultdict(list)
    for own in runs:
        groups[own["weights"]].append(own)
    return groups


def table(runs: list[dict]) -> str:
    """Write the metrics as a table."""
    lines = [
        "| backbone's weights | mAP@.5 | mAP | by seed, mAP@.5 | processor minutes a run |",
        "|---|---|---|---|---|",
    ]
    for weights, own in by_weights(runs).items():
        half, strict, seconds = (
            [each[key] for each in own] for key in ("map50", "map", "processor_seconds")
        )
        seeds = ", ".join(f"{each['map50']:.3f}" for each in own)
        lines.append(
            f"| {weights} | {np.mean(half):.3f} | {np.mean(strict):.3f} | {seeds} | "
            f"{np.mean(seconds) / 60:.1f} |"
        )
    return "\n".join(lines)


def missed(runs: list[dict]) -> list[str]:
    """Name the targets that the runs miss."""
    groups = by_weights(runs)
    means = {weights: np.mean([each["map50"] for each in own]) for weights, own in groups.items()}
    if set(means) != {"imagenet", "random"}:
        return ["not run from both weights"]
    found = []
    if means["imagenet"] < TARGET:
        found.append(f"mAP@.5 from ImageNet weights is {means['imagenet']:.3f}, not {TARGET}")
    if means["imagenet"] <= means["random"]:
        found.append(f"random weights reach {means['random']:.3f}, ImageNet's no more")
    slowest = max(each["processor_seconds"] for each in groups["imagenet"])
    if slowest > 600:
        found.append(f"a run took {slowest / 60:.0f} minutes, more than 10")
    return found


def main() -> int:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--weights", nargs="+", default=["imagenet", "random"])
    parser.add_argument("--seeds", nargs="*", type=int, default=[0, 1])
    parser.add_argument("--write", type=Path, help="a Markdown file with a table of metrics")
    options = parser.parse_args()
    runs = read_lines(RESULTS)
    for seed in options.seeds:
        for weights in options.weights:
            if any((each["weights"], each["seed"]) == (weights, seed) for each in runs):
                continue
            runs.append(run(weights, seed))
            print(runs[-1], flush=True)
            append_lines(RESULTS, runs[-1:])
    print(table(runs))
    if options.write:
        before, rest = options.write.read_text(encoding="utf-8").split(_BEGIN)
        made = f"{before}{_BEGIN}\n{table(runs)}\n{_END}{rest.split(_END)[1]}"
        options.write.write_text(made, encoding="utf-8")
    problems = missed(runs)
    print("\n".join(problems) or "All targets are reached.")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
