"""Numbers: tell by how many degrees a photo is turned with MobileNetV2, then export it.

Data: a folder of class folders, or scikit-learn's handwritten digits without --data. Each picture
is turned by an angle drawn between -45 and 45 degrees: the number to learn is constructed, so that
it is known exactly. Real data comes as `ktl.data.csv_numbers("table.csv", image="path",
values="price")`. Weights: MobileNetV2 0.35, ImageNet.

    python recipes/angles.py --data trashnet6_subset/train --weights mobilenet_v2_0.35.h5

Leave --weights out to download the ImageNet weights. Measured by
`benchmarks/labels_and_numbers.py`; see `docs/labels-and-numbers.md`.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

import kerastl as ktl

SIZE = 128


def read(folder: Path | None) -> list[Image.Image]:
    """Read photos, or digits."""
    if folder is None:
        from sklearn.datasets import load_digits

        scaled = (load_digits().images[:400] * 15.9).astype("uint8")
        return [Image.fromarray(each).convert("RGB").resize((SIZE, SIZE)) for each in scaled]
    found = []
    for path in sorted(folder.glob("*/*")):
        with Image.open(path) as photo:
            photo.draft("RGB", (2 * SIZE, 2 * SIZE))
            found.append(photo.convert("RGB").resize((2 * SIZE, 2 * SIZE)))
    return found


def turned(photos: list[Image.Image], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Turn each photo by an angle of its own; return pictures and degrees."""
    angles = np.random.default_rng(seed).uniform(-45, 45, len(photos))
    y, x = np.ogrid[:SIZE, :SIZE]
    # Corners would tell the angle by themselves: what is outside the circle is black.
    inside = np.hypot(y - SIZE / 2, x - SIZE / 2) < SIZE / 2
    pictures = [
        np.asarray(photo.rotate(angle, Image.Resampling.BILINEAR).resize((SIZE, SIZE)))
        * inside[..., None]
        for photo, angle in zip(photos, angles, strict=True)
    ]
    return np.stack(pictures).astype(np.uint8), angles


def main() -> None:
    """Fine-tune, evaluate, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="holds CLASS/PHOTO; digits without it")
    parser.add_argument("--weights", default="imagenet", help="a weights file, imagenet or none")
    parser.add_argument("--out", default=Path("out") / "angles", type=Path)
    options = parser.parse_args()

    pictures, angles = turned(read(options.data), seed=0)
    data = ktl.data.numbers(
        pictures, angles, names="degrees", validation_split=0.2, test_split=0.25
    )
    weights = None if options.weights == "none" else options.weights
    backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=weights)
    recipe = ktl.ImageRegression(backbone, image_size=(SIZE, SIZE), augmentation="none")
    recipe.fit(data)
    print(recipe.evaluate(data.test))
    print(recipe.predict(data.test.subset([0]))[0])

    recipe.save(options.out / "recipe", overwrite=True)
    print(recipe.export(options.out / "bundle", max_drop=0.03, overwrite=True))


if __name__ == "__main__":
    main()
