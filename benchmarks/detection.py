"""Detection on composed scenes, from ImageNet weights and from random ones.

    python benchmarks/detection.py --shared ../shared --seeds 0 1
    python benchmarks/detection.py --page docs/object-detection.md

The first line trains and appends a line a run to the figures; the second writes their table into
the page.
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from scenes import compose
from shared_folder import MOBILENETS

import kerastl as ktl
from kerastl.training.schedules.head_then_fine_tune import HeadThenFineTune

_SIZE = (192, 192)
_HEAD, _ALL = 8, 10
_BEGIN, _END = "<!-- figures: benchmarks/detection.py -->", "<!-- end of figures -->"


def run(shared: Path, weights: str, seed: int) -> dict:
    """Train on 300 scenes, of which 45 are held out for validation, and test on 100 others."""
    with tempfile.TemporaryDirectory() as folder:
        scenes = compose(shared, Path(folder), seed=seed)
        data = ktl.data.coco(
            scenes / "train.json",
            scenes / "images",
            test=scenes / "test.json",
            validation_split=0.15,
            seed=seed,
        )
        path = shared / "weights" / "keras_applications" / MOBILENETS["MobileNetV2 0.35"][2]
        given = str(path) if weights == "imagenet" else None
        backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=given)
        recipe = ktl.ObjectDetection(backbone, image_size=_SIZE)
        begin, processor = time.perf_counter(), time.process_time()
        schedule = HeadThenFineTune(head_epochs=_HEAD, epochs=_ALL)
        recipe.fit(data, schedule, batch_size=8, seed=seed, verbose=2)
        figures = recipe.evaluate(data.test)
        return {
            "weights": weights,
            "seed": seed,
            "map": figures.map,
            "map50": figures.map50,
            "per_class": {name: each.map50 for name, each in figures.per_class.items()},
            "seconds": time.perf_counter() - begin,
            "processor_seconds": time.process_time() - processor,
        }


def table(figures: Path) -> str:
    """Write the figures as a table."""
    runs = defaultdict(list)
    for line in figures.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        runs[told["weights"]].append(told)
    lines = [
        "| backbone's weights | mAP@.5 | mAP | by seed, mAP@.5 | processor minutes a run |",
        "|---|---|---|---|---|",
    ]
    for weights, told in runs.items():
        half, strict, seconds = (
            [each[key] for each in told] for key in ("map50", "map", "processor_seconds")
        )
        seeds = ", ".join(f"{each['map50']:.3f}" for each in told)
        lines.append(
            f"| {weights} | {np.mean(half):.3f} | {np.mean(strict):.3f} | {seeds} | "
            f"{np.mean(seconds) / 60:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Run the cases, or write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--weights", nargs="+", default=["imagenet", "random"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--figures", type=Path, default=Path("docs") / "object-detection.jsonl")
    parser.add_argument("--page", type=Path, help="write the table into this page, train nothing")
    options = parser.parse_args()
    if options.page is not None:
        text = options.page.read_text(encoding="utf-8")
        before, rest = text.split(_BEGIN)
        made = f"{before}{_BEGIN}\n{table(options.figures)}\n{_END}{rest.split(_END)[1]}"
        options.page.write_text(made, encoding="utf-8")
        return
    options.figures.parent.mkdir(parents=True, exist_ok=True)
    for seed in options.seeds:
        for weights in options.weights:
            told = run(options.shared, weights, seed)
            print(told)
            with options.figures.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
