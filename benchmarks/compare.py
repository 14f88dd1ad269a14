"""Measure the cost of ranking three MobileNets relative to their feature passes.

    KERASTL_SHARED=... python benchmarks/compare.py [--seeds 0 1 2] [--write docs/compare.md]

Data: trashnet6, the folder's own parts; each seed draws its own validation part. Everything but
the LiteRT files (building, loading, passes, probes, LogME) is divided by the sum of the feature
passes of the same run. One seed also makes and runs the files. The test part of the photos then
measures each seed's choice beside the others, which says how far the ranking can be trusted. The
exit status is 1 where ranking takes more than 1.3 times the passes.
"""

import os

# On a machine with other work, threads that spin while they wait would be counted.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import argparse
import sys
import tempfile
from pathlib import Path

from machine import machine
from main_job import photos
from shared_folder import MOBILENETS, image_weights

import kerastl as ktl

MOST = 1.3


def backbones() -> list[ktl.Backbone]:
    return [
        ktl.backbone(family, alpha=alpha, weights=image_weights(name))
        for name, (family, alpha, _) in MOBILENETS.items()
    ]


def tested(data: ktl.data.Dataset, seed: int, cache: Path) -> dict[str, float]:
    """Return the probe's test accuracy of every backbone."""
    found = {}
    for (name, alpha, _), backbone in zip(MOBILENETS.values(), backbones(), strict=True):
        recipe = ktl.ImageClassification(backbone)
        recipe.fit(data, "feature_extraction", seed=seed, cache=cache, verbose=0)
        found[f"{name}(alpha={alpha})"] = recipe.evaluate(data.test).accuracy
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--write", type=Path, help="a Markdown file for the tables")
    options = parser.parse_args()
    ratios, lines, chosen = [], [], []
    for seed in options.seeds:
        data = photos(seed)
        with tempfile.TemporaryDirectory() as cache:
            found = ktl.compare(
                data, backbones(), export=seed == options.seeds[0], cache=cache, seed=seed
            )
            tests = tested(data, seed, Path(cache))
        passes = sum(row.feature_seconds or 0.0 for row in found.rows)
        ratios.append(found.ranking_seconds / passes)
        if not lines:
            lines = str(found).splitlines()
        order = ", ".join(f"{row.name} {row.accuracy:.3f}" for row in found.rows)
        on_test = ", ".join(f"{name} {accuracy:.3f}" for name, accuracy in tests.items())
        chosen.append(
            f"| {seed} | {order} | {on_test} | {passes:.1f} | {found.ranking_seconds:.1f} "
            f"| {ratios[-1]:.2f} |"
        )
        print(found, chosen[-1], sep="\n", flush=True)
    busy = os.getloadavg()[0]
    text = "\n".join(
        [
            "# Comparing backbones, measured",
            "",
            f"Written by `python benchmarks/compare.py`, data set trashnet6. {machine()}; load "
            f"average {busy:.1f} at the end, NumPy on one thread.",
            "",
            "`kerastl.compare` runs every backbone once over the training and validation examples "
            "and fits a linear probe on its features. Validation accuracy ranks the backbones. "
            "`compare` never reads the test split; its accuracy is shown here to check the "
            "ranking. 90 validation photos leave a 95 % interval of about ± 9 points.",
            "",
            f"Seed {options.seeds[0]}, with files:",
            "",
            "```",
            *lines,
            "```",
            "",
            "Ranking time excludes the files. The ratio divides it by the sum of the feature "
            f"passes of the same run; the limit is {MOST}.",
            "",
            "| seed | by validation accuracy | test accuracy | passes (s) | ranking (s) | ratio |",
            "|---|---|---|---|---|---|",
            *chosen,
            "",
        ]
    )
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    print(text)
    return int(max(ratios) > MOST)


if __name__ == "__main__":
    sys.exit(main())
