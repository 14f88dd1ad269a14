"""Compare classifiers of a few labelled texts: class means, k-NN, linear probe, contrastive.

    KERASTL_SHARED=... KERAS_BACKEND=jax python benchmarks/few_shot.py [--seeds 0 1 2 3 4]
        [--cases ...] [--methods ...] [--write docs/few-shot.md] [--draws FOLDER]

MiniLM throughout. clinc150: 150 intents, 5 or 15 examples of each, on every third test query.
Sentiment: sentences on films, phones and restaurants, 8 of each class, on 1,000 others. A seed
draws the examples; the test part is the same for all. Results are appended to
benchmarks/results/few-shot.jsonl; a result that the file holds is not measured again. The defaults
of the recipe were chosen on other sentences and on clinc150's validation queries, with other seeds.
With --draws the draws are written to a folder, and nothing is measured: `peers/setfit_texts.py`
reads them in an environment of its own.
"""

import argparse
import json
import os
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from machine import machine
from result_lines import FOLDER, append_lines, read_lines
from shared_folder import minilm, shared

import kerastl as ktl
from kerastl.data import Dataset, Split
from kerastl.tasks.embedding.classifier import EmbeddingClassifier

CHEAP = ("nearest_mean", "knn", "probe")
METHODS = (*CHEAP, "contrastive")
PEER = "setfit"
RESULTS = FOLDER / "few-shot.jsonl"


@dataclass(frozen=True)
class Result:
    """One method on one draw."""

    case: str
    method: str
    seed: int
    accuracy: float
    seconds: float


@dataclass(frozen=True)
class Case:
    """A data set and how many examples of each class are given."""

    name: str
    read: object
    each: int
    sequence_length: int


class Known:
    """Embed every text once, however often it is drawn."""

    def __init__(self) -> None:
        self._vectors: dict[str, np.ndarray] = {}

    @cached_property
    def _embedding(self) -> ktl.Embedding:
        return ktl.Embedding("bert", weights=minilm())

    def embed(self, split: Split, batch_size: int = 32) -> np.ndarray:
        missing = [text for text in dict.fromkeys(split.inputs) if text not in self._vectors]
        if missing:
            vectors = self._embedding.embed(missing, batch_size)
            self._vectors.update(zip(missing, vectors, strict=True))
        return np.stack([self._vectors[text] for text in split.inputs])


def clinc150() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    content = json.loads((shared() / "text" / "clinc150" / "data_full.json").read_text("utf-8"))
    return content["train"], content["test"][::3]


def sentiment() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    rows = []
    for name in ("amazon_cells", "imdb", "yelp"):
        path = shared() / "text" / "sentiment_labelled_sentences" / f"{name}_labelled.txt"
        for line in path.read_bytes().decode("utf-8").strip("\n").split("\n"):
            text, _, label = line.rpartition("\t")
            rows.append((text.strip(), ("negative", "positive")[int(label)]))
    order = np.random.default_rng(12345).permutation(len(rows))
    return [rows[i] for i in order[2000:]], [rows[i] for i in order[:1000]]


CASES = {
    case.name: case
    for case in (
        Case("sentiment, 8 a class", sentiment, 8, 32),
        Case("clinc150, 5 a class", clinc150, 5, 16),
        Case("clinc150, 15 a class", clinc150, 15, 16),
    )
}


def draw(case: Case, seed: int) -> Dataset:
    """Draw the examples of a seed; those of fewer a class are among those of more."""
    train, test = case.read()
    names = sorted({label for _, label in train})
    generator = np.random.default_rng(seed)
    few = []
    for name in names:
        texts = sorted({text for text, label in train if label == name})
        few += [(texts[i], name) for i in generator.permutation(len(texts))[: case.each]]
    parts = [
        Split("text", [text for text, _ in rows], [names.index(label) for _, label in rows], names)
        for rows in (few, test)
    ]
    return Dataset(parts[0], None, parts[1])


def run(case: Case, method: str, seed: int, known: Known) -> Result:
    """Learn from one draw and measure."""
    data = draw(case, seed)
    start = time.process_time()
    if method == "contrastive":
        recipe = ktl.FewShotTextClassification(
            "bert", weights=minilm(), sequence_length=case.sequence_length
        )
        recipe.fit(data, seed=seed, verbose=0)
        seconds = time.process_time() - start
        accuracy = recipe.evaluate(data.test).accuracy
    else:
        classifier = EmbeddingClassifier.fit(known, data.train, method)
        seconds = time.process_time() - start
        accuracy = classifier.evaluate(data.test).accuracy
    return Result(case.name, method, seed, accuracy, seconds)


def write_draw(case: Case, seed: int, folder: Path) -> None:
    """Write the texts and labels of a draw as JSON."""
    data = draw(case, seed)
    content = {
        "case": case.name,
        "seed": seed,
        "texts": list(data.train.inputs),
        "labels": [int(label) for label in data.train.labels],
        "test_texts": list(data.test.inputs),
        "test_labels": [int(label) for label in data.test.labels],
    }
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{case.name.replace(', ', '-').replace(' ', '-')}-{seed}.json"
    (folder / name).write_text(json.dumps(content), "utf-8")


def read() -> list[Result]:
    return [Result(**row) for row in read_lines(RESULTS)]


def page(results: list[Result]) -> str:
    """Write the table that the docs show."""
    titles = (
        "nearest class mean",
        "k-NN",
        "linear probe",
        "contrastive",
        "SetFit",
        "contrastive - probe",
        "contrastive - SetFit",
    )
    lines = [
        "# A few labelled texts, measured",
        "",
        "Test accuracy, mean and standard deviation over draws of the training examples, with the "
        "number of draws in brackets. The encoder is MiniLM (all-MiniLM-L6-v2). Only the column "
        "*contrastive* trains it: `FewShotTextClassification` with its defaults, see [fine-tuning "
        "on a few labelled texts](embedding.md#fine-tuning-on-a-few-labelled-texts). clinc150 is "
        "tested on every third test query, without out-of-scope queries. The contrastive loss was "
        "chosen on validation queries and other sentences, after SetFit's squared difference was "
        ".035 below the probe on one of these draws. Script: `KERAS_BACKEND=jax python "
        f"benchmarks/few_shot.py`. {machine()}. *SetFit* is the package setfit 1.2.0 with the "
        "same encoder, texts and 20 pairs of each kind for every text, in an environment of its "
        "own: `benchmarks/peers/setfit_texts.py`.",
        "",
        f"| data | {' | '.join(titles)} | CPU seconds, contrastive | CPU seconds, SetFit |",
        "|---" * (len(titles) + 3) + "|",
    ]
    for name in CASES:
        by_method = {
            method: {r.seed: r for r in results if (r.case, r.method) == (name, method)}
            for method in (*METHODS, PEER)
        }
        cells = [_spread([r.accuracy for r in each.values()]) for each in by_method.values()]
        tuned = by_method["contrastive"]
        for other in (by_method["probe"], by_method[PEER]):
            gains = [tuned[seed].accuracy - other[seed].accuracy for seed in tuned if seed in other]
            cells.append(_spread(gains, sign="+"))
        for method in ("contrastive", PEER):
            times = [r.seconds for r in by_method[method].values()]
            cells.append(f"{np.mean(times):.0f}" if times else "not run")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _spread(values: list[float], sign: str = "") -> str:
    if not values:
        return "not run"
    deviation = f" ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else ""
    return f"{np.mean(values):{sign}.3f}{deviation} ({len(values)})"


def main() -> None:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2, 3, 4])
    parser.add_argument("--cases", nargs="+", default=list(CASES), choices=list(CASES))
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=METHODS)
    parser.add_argument("--write", type=Path, help="a Markdown file for the table")
    parser.add_argument("--draws", type=Path, help="write the draws to this folder and stop")
    options = parser.parse_args()
    if options.draws is not None:
        for seed in options.seeds:
            for name in options.cases:
                write_draw(CASES[name], seed, options.draws)
        return
    results, known = read(), Known()
    for seed in options.seeds:
        for name in options.cases:
            for method in options.methods:
                if any((r.case, r.method, r.seed) == (name, method, seed) for r in results):
                    continue
                results.append(run(CASES[name], method, seed, known))
                print(results[-1], flush=True)
                append_lines(RESULTS, results[-1:])
    print(page(results))
    if options.write:
        options.write.write_text(page(results), encoding="utf-8")


if __name__ == "__main__":
    main()
