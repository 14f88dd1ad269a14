"""Count the labels that `recipe.to_label` saves, compared with random choice.

    KERASTL_SHARED=... python benchmarks/to_label.py [--data trashnet6 signs clinc150 rt]
        [--seeds 0 1 2 3 4] [--rules random diverse] [--cache DIRECTORY] [--write docs/to-label.md]

A few random examples are labelled first. In each round a rule chooses further examples of the
unlabelled pool, and a linear probe on frozen features is fitted on all that are labelled. The
accuracy is that on a test part, which no rule sees. Each seed has its own test part and its own
first examples, the same for every rule. Each result is appended to
benchmarks/results/to-label.jsonl; one that the file holds is not measured again. `--write` writes
the page from that file. Rules were compared on the seeds 100 to 102 alone (`--seeds 100 101 102
--rules random margin draws centres clusters`), and the page has the seeds below 100. The exit
status is 1 if fewer than two data sets need a tenth fewer labels than with random choice.
"""

import argparse
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from label_errors import rt, signs, trashnet6
from machine import machine
from result_lines import FOLDER, append_lines, read_lines
from shared_folder import image_backbone, minilm, shared

import kerastl as ktl
from kerastl.basics.blas_threads import blas_threads
from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.features import standardized_features
from kerastl.tasks.classification.labelling.choice import CANDIDATES, choose, margin_scores
from kerastl.training.cache.feature_cache import FeatureCache
from kerastl.training.linear_probe.probe import fit_probe

RESULTS = FOLDER / "to-label.jsonl"
TEST_SHARE = 0.3
FIRST_KEPT = 100
"""Seeds from this one on are kept for choosing a rule."""
RULES = ("random", "margin", "draws", "centres", "clusters")
OURS = "clusters"
LEAST_SAVED = 0.1

Plan = tuple[str, int, int, int]
# What the data is, the number of labels at first, in each round, and at the end.
SETS: dict[str, Plan] = {
    "trashnet6": ("trashnet6, 6 classes of photos, MobileNetV2 0.35", 24, 12, 156),
    "signs": ("hand signs, 10 classes of photos, MobileNetV2 0.35", 30, 20, 250),
    "clinc150": ("clinc150, every fifth of 150 classes of texts, MiniLM", 60, 30, 330),
    "rt": ("rt-polarity, 2 classes of texts, MiniLM", 20, 20, 240),
}


def clinc150() -> ktl.data.Dataset:
    """Every fifth class, so that a probe for each round takes seconds."""
    rows = json.loads((shared() / "text" / "clinc150" / "data_full.json").read_text())["train"]
    names = sorted({label for _, label in rows})[::5]
    kept = [(text, label) for text, label in rows if label in names]
    return ktl.data.arrays([text for text, _ in kept], [label for _, label in kept])


READ = {"trashnet6": trashnet6, "signs": signs, "clinc150": clinc150, "rt": rt}


def features_of(name: str, cache: Path | None) -> tuple[np.ndarray, np.ndarray]:
    whole = AllExamples.of(READ[name]()).whole
    backbone = (
        image_backbone("MobileNetV2 0.35")
        if whole.modality == "image"
        else ktl.backbone("bert", weights=minilm())
    )
    found = standardized_features(whole, backbone, FeatureCache.of(cache), 0, print)
    return found, np.asarray(whole.labels, np.int64)


def by_chance(shares: np.ndarray, rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).permutation(len(shares))[:count]


def by_margin(shares: np.ndarray, rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    return np.argsort(-margin_scores(shares), kind="stable")[:count]


def by_draws(shares: np.ndarray, rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Draw by k-means++: score times squared distance from the nearest that is drawn already."""
    scores = margin_scores(shares)
    near = np.argsort(-scores, kind="stable")[: CANDIDATES * count]
    points, weights = _unit(rows[near].astype("float64")), scores[near]
    generator = np.random.default_rng(seed)
    taken = [0]
    distances = np.full(len(near), np.inf)
    for _ in range(count - 1):
        distances = np.minimum(distances, np.maximum(2 - 2 * points @ points[taken[-1]], 0))
        distances[taken] = 0
        chances = weights * distances
        taken.append(int(generator.choice(len(near), p=chances / chances.sum())))
    return near[taken]


def by_centres(shares: np.ndarray, rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Take the example whose weighted distance to those taken is the largest, again and again."""
    scores = margin_scores(shares)
    near = np.argsort(-scores, kind="stable")[: CANDIDATES * count]
    points, weights = _unit(rows[near]), scores[near]
    taken = [0]
    distances = np.full(len(near), np.inf)
    for _ in range(count - 1):
        distances = np.minimum(distances, 2 - 2 * points @ points[taken[-1]])
        taken.append(int((weights * np.maximum(distances, 0)).argmax()))
    return near[taken]


def by_clusters(shares: np.ndarray, rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    chosen, _ = choose(shares, rows.__getitem__, count, seed)
    return chosen


CHOICES: dict[str, Callable[..., np.ndarray]] = {
    "random": by_chance,
    "margin": by_margin,
    "draws": by_draws,
    "centres": by_centres,
    "clusters": by_clusters,
}


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def probabilities(
    features: np.ndarray, labels: np.ndarray, seed: int, *others: np.ndarray
) -> list[np.ndarray]:
    """Fit a probe on labelled examples, and return probabilities of all classes for others."""
    seen, places = np.unique(labels, return_inverse=True)
    probe = fit_probe(features, places, len(seen), seed)
    found = []
    for rows in others:
        logits = rows @ probe.kernel + probe.bias
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        found.append(shares / shares.sum(axis=1, keepdims=True))
    return [seen, *found]


def curve(features: np.ndarray, labels: np.ndarray, plan: Plan, rule: str, seed: int) -> list[Any]:
    """Return `[labels, accuracy]` after each round."""
    _, first, step, last = plan
    order = np.random.default_rng(seed).permutation(len(labels))
    split = round(TEST_SHARE * len(labels))
    test, pool = order[:split], order[split:]
    known, left = pool[:first], pool[first:]
    found = []
    while True:
        seen, on_test, on_left = probabilities(
            features[known], labels[known], seed, features[test], features[left]
        )
        accuracy = float((seen[on_test.argmax(axis=1)] == labels[test]).mean())
        found.append([len(known), round(accuracy, 5)])
        if len(known) + step > last:
            return found
        chosen = CHOICES[rule](on_left, features[left], step, seed + len(known))
        known = np.concatenate([known, left[chosen]])
        left = np.delete(left, chosen)


def measure(name: str, seeds: Sequence[int], rules: Sequence[str], cache: Path | None) -> None:
    known = {(each["data"], each["seed"], each["rule"]) for each in read_lines(RESULTS)}
    todo = [(seed, rule) for seed in seeds for rule in rules if (name, seed, rule) not in known]
    if not todo:
        return
    features, labels = features_of(name, cache)
    for seed, rule in todo:
        start = time.perf_counter()
        with blas_threads(1):
            found = curve(features, labels, SETS[name], rule, seed)
        row = {
            "data": name, "seed": seed, "rule": rule, "curve": found,
            "seconds": round(time.perf_counter() - start, 1), "machine": machine(),
        }  # fmt: skip
        append_lines(RESULTS, [row])
        print(name, seed, rule, found[0], found[-1], f"{row['seconds']} s", flush=True)


def labels_needed(points: Sequence[Sequence[float]], accuracy: float) -> float:
    """Return the labels at which a curve first reaches an accuracy, between rounds linear."""
    for (count, low), (after, high) in itertools.pairwise(points):
        if low >= accuracy:
            return float(count)
        if high >= accuracy:
            return count + (after - count) * (accuracy - low) / (high - low)
    return float(points[-1][0])


def results_of(name: str, kept: bool) -> dict[str, dict[int, Any]]:
    """Return curves by rule and seed: those that were kept for choosing a rule, or the others."""
    found: dict[str, dict[int, Any]] = {}
    for each in read_lines(RESULTS):
        if each["data"] == name and (each["seed"] >= FIRST_KEPT) == kept:
            found.setdefault(each["rule"], {})[each["seed"]] = each["curve"]
    return found


def needed(curves: dict[str, dict[int, Any]], rule: str) -> np.ndarray:
    """Return the labels of each seed for the last accuracy of random choice."""
    return np.array(
        [labels_needed(own, curves["random"][seed][-1][1]) for seed, own in curves[rule].items()]
    )


def accuracies(curves: dict[int, Any], place: int) -> np.ndarray:
    return np.array([curve[place][1] for curve in curves.values()])


def with_error(values: np.ndarray, digits: int) -> str:
    """Return mean and standard error."""
    error = values.std(ddof=1) / np.sqrt(len(values))
    return f"{values.mean():.{digits}f} ± {error:.{digits}f}"


def saved(name: str) -> float:
    """Return the share of the labels of random choice that are not needed."""
    curves = results_of(name, kept=False)
    return float(1 - needed(curves, OURS).mean() / needed(curves, "random").mean())


def reached(curves: dict[str, dict[int, Any]]) -> str:
    """Say in how many seeds `to_label` reaches the last accuracy of random choice."""
    goals = {seed: own[-1][1] for seed, own in curves["random"].items()}
    best = {seed: max(accuracy for _, accuracy in own) for seed, own in curves[OURS].items()}
    return f"{sum(best[seed] >= goals[seed] for seed in best)} of {len(best)}"


def main_table() -> str:
    rows = [
        "| data | labels for the goal: random | `to_label` | fewer | reached | labels "
        "| accuracy: random | `to_label` |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, (title, *_) in SETS.items():
        curves = results_of(name, kept=False)
        chance, own = curves["random"], curves[OURS]
        count = with_error(needed(curves, "random"), 0), with_error(needed(curves, OURS), 0)
        last = len(next(iter(chance.values()))) - 1
        for place in (last // 2, last):
            labels = next(iter(chance.values()))[place][0]
            cells = [with_error(accuracies(each, place), 3) for each in (chance, own)]
            first = [title, *count, f"{saved(name):.0%}", reached(curves)]
            first = first if place < last else [""] * len(first)
            rows.append(f"| {' | '.join([*first, str(labels), *cells])} |")
    return "\n".join(rows)


def verdict() -> str:
    """Say where the rule saves a tenth of the labels or more."""
    shares = {title.partition(",")[0]: saved(name) for name, (title, *_) in SETS.items()}
    much = [f"{name} ({share:.0%})" for name, share in shares.items() if share >= LEAST_SAVED]
    little = [name for name, share in shares.items() if share < LEAST_SAVED]
    return (
        f"`to_label` needs at least a tenth fewer labels on {' and '.join(much) or 'no data set'}. "
        f"It saves less or nothing on {' and '.join(little) or 'no data set'}."
    )


def rule_table() -> str:
    rows = [f"| data | {' | '.join(RULES)} |", "|---" * (len(RULES) + 1) + "|"]
    for name, (title, *_) in SETS.items():
        curves = results_of(name, kept=True)
        # The first round is before any choice.
        means = [
            np.mean([accuracy for own in curves[rule].values() for _, accuracy in own[1:]])
            for rule in RULES
        ]
        cells = [f"{mean:.3f}" for mean in means]
        rows.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(rows)


def page() -> str:
    seeds = ", ".join(map(str, sorted(results_of("trashnet6", kept=False)[OURS])))
    kept = ", ".join(map(str, sorted(results_of("trashnet6", kept=True)[OURS])))
    return f"""# Which examples to label next

Labels cost time. `recipe.to_label` says which of many unlabelled examples a trained classifier
learns most from.

```python
for each in recipe.to_label("new_photos/", 50):
    print(each.name, each.guess, each.score)
```

`recipe.to_label(pool, count=50)` takes what `recipe.predict` takes: images or texts, also of
`FewShotTextClassification`. It returns the examples, the most uncertain first:

| attribute | meaning |
|---|---|
| `index`, `name` | position in the pool; path of the image, or the text |
| `guess`, `probability` | the class that the model takes it for |
| `score` | closeness of the two most probable classes: 0 for a certain answer, at most 1 |

On the command line:

```
kerastl suggest runs/photos new_photos --count 50 --out to_label.csv
```

Fill in the column `label` of `to_label.csv`, where you know it, and train again with both:

```
kerastl fit photos --more to_label.csv --out runs/photos --overwrite
```

`--more` leaves out rows without a label, and adds the others to the training split alone. In
Python, that is `ktl.data.with_more(data, "to_label.csv")`.

## How it chooses

The candidates are the `10 * count` examples whose two most probable classes are closest: the
smallest margin. A k-means divides the directions of their features into `count` clusters, each
example weighted by its score. The example next to each centre is chosen (Zhdanov 2019, "Diverse
mini-batch active learning"). So one batch has no ten photos of the same object.

The whole pool is predicted once, and the candidates a second time, for their features. Memory
does not grow with the width of the features.

Limits: the rule needs a model that is better than chance. Its choice is not a random sample:
measure the model on a test split that was drawn at random.

## Measured

`python benchmarks/to_label.py`: mean and standard error over the seeds {seeds}; {machine()}. A
few random examples are labelled first, the same for both rules. In each round a rule chooses
more, and a linear probe on frozen features is fitted on all of them. Accuracy is that on 30 % of
the examples, which no rule sees. The goal is the accuracy of random choice after the last round,
of the same seed. *Fewer* is the share of labels that is saved, negative if more are needed.
*Reached* says in how many seeds `to_label` reaches the goal; a curve that does not counts with the
labels of its last round.

{main_table()}

{verdict()}

## How the rule was chosen

On the seeds {kept} alone, by the mean accuracy over all rounds. `margin` takes the smallest
margins. The others have the candidates of `to_label`. `draws` draws by k-means++, weighted by the
score. `centres` takes the one with the largest weighted distance, again and again (k-centre).
`clusters` is the rule of `to_label`.

{rule_table()}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--seeds", nargs="+", type=int, default=list(range(5)))
    parser.add_argument("--rules", nargs="+", choices=RULES, default=["random", OURS])
    parser.add_argument("--cache", type=Path, help="directory that keeps features")
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    for name in chosen.data:
        measure(name, chosen.seeds, chosen.rules, chosen.cache)
    if min(chosen.seeds) >= FIRST_KEPT:
        return 0
    if chosen.write:
        chosen.write.write_text(page(), encoding="utf-8")
    shares = {name: saved(name) for name in SETS}
    print(", ".join(f"{name}: {share:.0%} fewer labels" for name, share in shares.items()))
    return 0 if sum(share >= LEAST_SAVED for share in shares.values()) >= 2 else 1


if __name__ == "__main__":
    sys.exit(main())
