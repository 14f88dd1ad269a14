"""Plant wrong labels in real data, and count how many an inspection lists first.

    KERASTL_SHARED=... python benchmarks/label_errors.py [--data signs trashnet6 rt clinc150]
        [--shares 0.05 0.1] [--seeds 0 1 2] [--cache DIRECTORY] [--write docs/label-errors.md]

Each result is appended to benchmarks/results/label-errors.jsonl; one that the file holds is not
measured again. `--write` writes the page from that file and from the results of box_errors.py.
With the package cleanlab, its rankings of the same probabilities are measured as well.

In each data set a share of the labels, n of them, is replaced by another class at random. An
inspection ranks the examples whose label looks wrong. The table has the share of the n planted
labels among the first n and the first 2 n of the list, and among those that it calls probable. The
labels that were wrong before are not known, so that they count as errors of the list.
Features are computed once for each data set. The exit status is 1 if clinc150 or the hand signs
have less than 70 % among the first 2 n.
"""

import argparse
import importlib.util
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from machine import machine
from result_lines import FOLDER, append_lines, read_lines
from shared_folder import image_weights, minilm, shared
from spread import spread

import kerastl as ktl
from kerastl.basics.blas_threads import blas_threads
from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.features import standardized_features
from kerastl.seeing.inspecting.labels.classes import class_evidence, class_probabilities
from kerastl.training.cache.feature_cache import FeatureCache

RESULTS = FOLDER / "label-errors.jsonl"
BOXES = FOLDER / "box-errors.jsonl"
OURS = "kerastl"
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


def features_of(name: str, cache: Path | None) -> tuple[np.ndarray, np.ndarray]:
    whole = AllExamples.of(SETS[name][0]()).whole
    backbone = (
        ktl.backbone("mobilenet_v2", alpha=0.35, weights=image_weights("MobileNetV2 0.35"))
        if whole.modality == "image"
        else ktl.backbone("bert", weights=minilm())
    )
    found = standardized_features(whole, backbone, FeatureCache.of(cache), 0, print)
    return found, np.asarray(whole.labels, np.int64)


def planted(labels: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return changed labels, and which of them were changed."""
    generator = np.random.default_rng(seed)
    classes = int(labels.max()) + 1
    chosen = generator.permutation(len(labels))[: round(share * len(labels))]
    changed = labels.copy()
    changed[chosen] = (labels[chosen] + generator.integers(1, classes, len(chosen))) % classes
    return changed, np.isin(np.arange(len(labels)), chosen)


def recalls(ranked: np.ndarray, probable: np.ndarray, wrong: np.ndarray) -> dict[str, float]:
    count = int(wrong.sum())
    return {
        "n": float(wrong[ranked[:count]].sum() / count),
        "2n": float(wrong[ranked[: 2 * count]].sum() / count),
        "probable": float((wrong & probable).sum() / count),
        "listed": int(probable.sum()),
    }


def rankings(
    features: np.ndarray, labels: np.ndarray, seed: int
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the order of the examples and which of them are probably wrong, by ranking."""
    classes, groups = int(labels.max()) + 1, np.arange(len(labels))
    with blas_threads(1):
        evidence = class_evidence(features, labels, classes, groups, seed)
        found = {OURS: (evidence.ranked(), evidence.probable)}
        if importlib.util.find_spec("cleanlab") is None:
            return found
        from cleanlab.filter import find_label_issues
        from cleanlab.rank import get_label_quality_scores

        shares = np.full((len(labels), classes), 1 / classes)
        for rows, own in class_probabilities(features, labels, classes, groups, seed):
            shares[rows] = own
    issues = find_label_issues(labels, shares, n_jobs=1)
    for method in ("self_confidence", "normalized_margin"):
        scores = get_label_quality_scores(labels, shares, method=method)
        found[f"cleanlab, {method}"] = np.argsort(scores, kind="stable"), issues
    return found


def measure(name: str, shares: list[float], seeds: list[int], cache: Path | None) -> None:
    known = {
        (each["data"], each["share"], each["seed"], each["ranking"]) for each in read_lines(RESULTS)
    }
    todo = [(s, seed) for s in shares for seed in seeds if (name, s, seed, OURS) not in known]
    if not todo:
        return
    start = time.perf_counter()
    features, labels = features_of(name, cache)
    print(f"{name}: features in {time.perf_counter() - start:.0f} s", flush=True)
    for share, seed in todo:
        changed, wrong = planted(labels, share, seed)
        rows = [
            {
                "data": name,
                "examples": len(labels),
                "share": share,
                "seed": seed,
                "ranking": ranking,
                **recalls(*ranked, wrong),
            }
            for ranking, ranked in rankings(features, changed, seed).items()
            if (name, share, seed, ranking) not in known
        ]
        append_lines(RESULTS, rows)
        print(*rows, sep="\n", flush=True)


def label_table(results: list[dict[str, Any]]) -> str:
    rows = [
        "| data | planted | ranking | among first n | among first 2 n | among the probable "
        "| listed | planted of the listed |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for key in dict.fromkeys((each["data"], each["share"], each["ranking"]) for each in results):
        own = [each for each in results if (each["data"], each["share"], each["ranking"]) == key]
        name, share, ranking = key
        cells = [spread([each[column] for each in own]) for column in ("n", "2n", "probable")]
        listed = np.mean([each["listed"] for each in own])
        planted_ones = [each["probable"] * round(share * each["examples"]) for each in own]
        right = np.mean(planted_ones) / max(1.0, listed)
        title = f"{SETS[name][1]}, {own[0]['examples']:,} examples"
        cells += [f"{listed:.0f}", f"{right:.0%}"]
        rows.append(f"| {title} | {share:.0%} | {ranking} | {' | '.join(cells)} |")
    return "\n".join(rows)


def box_table(results: list[dict[str, Any]]) -> str:
    rows = [
        "| planted | among first n | among first 2 n | among the probable | listed "
        "| right of the listed |",
        "|---|---|---|---|---|---|",
    ]
    for kind in dict.fromkeys(each["kind"] for each in results):
        own = [each for each in results if each["kind"] == kind]
        columns = ("n", "2n", "probable", "listed", "precision")
        cells = [spread([each[column] for each in own]) for column in columns]
        rows.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(rows)


def page(results: list[dict[str, Any]]) -> str:
    seeds = ", ".join(map(str, sorted({each["seed"] for each in results})))
    boxes = read_lines(BOXES)
    box_seeds = ", ".join(map(str, sorted({each["seed"] for each in boxes})))
    return f"""# Planted label errors

How many wrong labels an [inspection](inspect.md) lists first. Mean and standard deviation over the
seeds {seeds}. Script: `benchmarks/label_errors.py`; {machine()}.

A share of the labels is replaced by another class at random: n labels. `listed` is the number of
labels that the ranking calls probably wrong. Labels that were wrong before count as errors of the
list, because nobody has marked them.

{label_table([each for each in results if each["ranking"] == OURS])}

## Compared with cleanlab

[cleanlab](https://github.com/cleanlab/cleanlab) ranks the same out-of-fold probabilities:
`get_label_quality_scores` orders all examples, and `find_label_issues` lists the probable ones.

{label_table([each for each in results if each["ranking"] != OURS])}

{verdict(results)}

kerastl orders by the probability of the given class, as cleanlab's `self_confidence` does, among
the examples for which another class is more probable. cleanlab lists more labels: it finds more of
the planted ones, and fewer of the listed ones are planted. kerastl therefore does not depend on it.

## Boxes

300 scenes of photos with 1 to 3 objects each, MobileNetV2 0.35, seeds {box_seeds}
(`benchmarks/box_errors.py`). A tenth of the boxes is removed, and a tenth is moved by half of its
sides; in the same scenes again, a tenth gets another class: n boxes of each kind. A missing box
counts as found if the suggested one has an intersection over union of at least 0.3 with it.

{box_table(boxes)}
"""


def verdict(results: list[dict[str, Any]]) -> str:
    """Say which ranking finds more, over all data sets, shares and seeds."""
    means = {
        ranking: [
            np.mean([each[column] for each in results if each["ranking"] == ranking])
            for column in ("n", "2n", "probable")
        ]
        for ranking in dict.fromkeys(each["ranking"] for each in results)
    }
    own = means.pop(OURS)
    if not means:
        return "cleanlab was not installed."
    others = "; ".join(
        f"{ranking}: {first:.3f}, {second:.3f} and {listed:.3f}"
        for ranking, (first, second, listed) in means.items()
    )
    return (
        f"Mean over all rows, among the first n, the first 2 n and the probable: {OURS}: "
        f"{own[0]:.3f}, {own[1]:.3f} and {own[2]:.3f}; {others}."
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", nargs="*", default=list(SETS), choices=list(SETS))
    parser.add_argument("--shares", nargs="+", type=float, default=[0.05, 0.1])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--cache", type=Path, help="directory that keeps features")
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    for name in chosen.data:
        measure(name, chosen.shares, chosen.seeds, chosen.cache)
    results = read_lines(RESULTS)
    order = list(SETS)
    results.sort(key=lambda each: (order.index(each["data"]), each["share"], each["seed"]))
    print(label_table(results))
    if chosen.write:
        chosen.write.write_text(page(results), encoding="utf-8")
    missed = []
    for name, share in dict.fromkeys((each["data"], each["share"]) for each in results):
        own = [
            each["2n"]
            for each in results
            if (each["data"], each["share"], each["ranking"]) == (name, share, OURS)
        ]
        if name in TARGETED and np.mean(own) < TARGET:
            missed.append(f"{name}, {share:.0%}")
    for each in missed:
        print(f"missed: {each}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
