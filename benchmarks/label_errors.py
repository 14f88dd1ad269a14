"""Plant wrong labels in real data, and count how many an inspection lists first.

    KERASTL_SHARED=... python benchmarks/label_errors.py [--data signs trashnet6 rt clinc150]
        [--shares 0.05 0.1] [--seeds 0 1 2] [--write docs/label-errors.md]

In each data set a share of the labels, n of them, is replaced by another class at random. An
inspection ranks the examples whose label looks wrong. The table has the share of the n planted
labels among the first n and the first 2 n of the list, and among those that it calls probable. The
labels that were wrong before are not known, so that they count as errors of the list.
Features are computed once for each data set. The exit status is 1 if clinc150 or the hand signs
have less than 70 % among the first 2 n.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from machine import machine
from shared_folder import image_weights, minilm, shared
from spread import spread

import kerastl as ktl
from kerastl.basics.blas_threads import blas_threads
from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.features import standardized_features
from kerastl.seeing.inspecting.labels.classes import LabelEvidence, class_evidence
from kerastl.training.cache.feature_cache import FeatureCache

TARGET, TARGETED = 0.7, ("clinc150", "signs")


def signs() -> ktl.data.Dataset:
    return ktl.data.image_folder(shared() / "images" / "sign_digits")


def trashnet6() -> ktl.data.Dataset:
    return ktl.data.image_folder(shared() / "images" / "trashnet6_subset")


def rt() -> ktl.data.Dataset:
    texts, labels = [], []
    for label in ("neg", "pos"):
        path = shared() / "text" / "rt_polarity" / f"rt-polarity.{label}"
        lines = [line.strip() for line in path.read_text("latin-1").split("\n") if line.strip()]
        texts += lines[::4]
        labels += [label] * len(lines[::4])
    return ktl.data.arrays(texts, labels)


def clinc150() -> ktl.data.Dataset:
    rows = json.loads((shared() / "text" / "clinc150" / "data_full.json").read_text())["train"]
    chosen = [row for number, row in enumerate(rows) if number % 100 < 20]
    return ktl.data.arrays([text for text, _ in chosen], [label for _, label in chosen])


SETS = {
    "signs": (signs, "hand signs, MobileNetV2 0.35"),
    "trashnet6": (trashnet6, "trashnet6, MobileNetV2 0.35"),
    "rt": (rt, "rt-polarity, every fourth sentence, MiniLM"),
    "clinc150": (clinc150, "clinc150, 20 texts a class, MiniLM"),
}


def features_of(name: str) -> tuple[np.ndarray, np.ndarray]:
    whole = AllExamples.of(SETS[name][0]()).whole
    backbone = (
        ktl.backbone("mobilenet_v2", alpha=0.35, weights=image_weights("MobileNetV2 0.35"))
        if whole.modality == "image"
        else ktl.backbone("bert", weights=minilm())
    )
    found = standardized_features(whole, backbone, FeatureCache.of(None), 0, print)
    return found, np.asarray(whole.labels, np.int64)


def planted(labels: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return changed labels, and which of them were changed."""
    generator = np.random.default_rng(seed)
    classes = int(labels.max()) + 1
    chosen = generator.permutation(len(labels))[: round(share * len(labels))]
    changed = labels.copy()
    changed[chosen] = (labels[chosen] + generator.integers(1, classes, len(chosen))) % classes
    return changed, np.isin(np.arange(len(labels)), chosen)


def recalls(evidence: LabelEvidence, wrong: np.ndarray) -> dict[str, float]:
    ranked, count = evidence.ranked(), int(wrong.sum())
    return {
        "n": wrong[ranked[:count]].sum() / count,
        "2n": wrong[ranked[: 2 * count]].sum() / count,
        "probable": (wrong & evidence.probable).sum() / count,
        "listed": float(evidence.probable.sum()),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", nargs="+", default=list(SETS), choices=list(SETS))
    parser.add_argument("--shares", nargs="+", type=float, default=[0.05, 0.1])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    rows = [
        "| data | planted | among first n | among first 2 n | among the probable | listed |",
        "|---|---|---|---|---|---|",
    ]
    missed = []
    for name in chosen.data:
        start = time.perf_counter()
        features, labels = features_of(name)
        print(f"{name}: features in {time.perf_counter() - start:.0f} s", flush=True)
        for share in chosen.shares:
            found = []
            for seed in chosen.seeds:
                changed, wrong = planted(labels, share, seed)
                classes = int(labels.max()) + 1
                groups = np.arange(len(labels))
                with blas_threads(1):
                    evidence = class_evidence(features, changed, classes, groups, seed)
                found.append(recalls(evidence, wrong))
            cells = [spread([each[key] for each in found]) for key in ("n", "2n", "probable")]
            listed = np.mean([each["listed"] for each in found])
            title = f"{SETS[name][1]}, {len(labels):,} examples"
            rows.append(f"| {title} | {share:.0%} | {' | '.join(cells)} | {listed:.0f} |")
            print(rows[-1], flush=True)
            if name in TARGETED and np.mean([each["2n"] for each in found]) < TARGET:
                missed.append(f"{name}, {share:.0%}")
    text = "\n".join(rows)
    if chosen.write:
        seeds = ", ".join(map(str, chosen.seeds))
        chosen.write.write_text(
            f"# Planted label errors\n\nHow many wrong labels an [inspection](inspect.md) lists "
            f"first. Mean and standard deviation over the seeds {seeds}. "
            f"Script: `benchmarks/label_errors.py`; {machine()}.\n\n"
            "A share of the labels is replaced by another class at random: n labels. `listed` is "
            "the number of labels that the inspection calls probably wrong. Labels that were wrong "
            "before count as errors of the list, because nobody has marked them.\n\n"
            f"{text}\n",
            encoding="utf-8",
        )
    print(text)
    for each in missed:
        print(f"missed: {each}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
