"""Several labels: predict all classes in an image with MobileNetV2, then export the model.

Data: a folder with one folder of photos per class; without --data, the handwritten digits of
scikit-learn. The program puts two photos side by side in one image, so each image has one or two
labels. For your own labels, use
`ktl.data.csv_multi_label("table.csv", image="path", label="labels")`.
Weights: MobileNetV2 0.35, trained on ImageNet.

    python recipes/several_labels.py --data trashnet6_subset/train --weights mobilenet_v2_0.35.h5

Without --weights, the ImageNet weights are downloaded. Measured by
`benchmarks/labels_and_numbers.py` on trashnet6, three seeds: mean average precision .661 ± .021;
predicting every label has .308. See `docs/labels-and-numbers.md`.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

import kerastl as ktl

SIZE = 128
Photos = list[tuple[Image.Image, str]]


def read(folder: Path | None) -> Photos:
    """Read the photos with their classes, or the digits without a folder."""
    if folder is None:
        from sklearn.datasets import load_digits

        digits = load_digits(n_class=6)
        scaled = (digits.images * 15.9).astype("uint8")
        pairs = zip(scaled[:500], digits.target[:500], strict=True)
        return [(Image.fromarray(each).convert("RGB"), f"digit-{label}") for each, label in pairs]
    found = []
    for path in filter(Path.is_file, sorted(folder.glob("*/*"))):
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as photo:
            photo.draft("RGB", (2 * SIZE, 2 * SIZE))
            found.append((photo.convert("RGB").resize((SIZE // 2, SIZE)), path.parent.name))
    return found


def side_by_side(photos: Photos, seed: int) -> tuple[np.ndarray, list[list[str]]]:
    """Combine each photo with a random other one; return the images and their labels."""
    order = np.random.default_rng(seed).permutation(len(photos))
    images = np.zeros((len(photos), SIZE, SIZE, 3), np.uint8)
    labels = []
    for image, (left, first), other in zip(images, photos, order, strict=True):
        right, second = photos[other]
        for half, photo in ((slice(None, SIZE // 2), left), (slice(SIZE // 2, None), right)):
            image[:, half] = np.asarray(photo.resize((SIZE // 2, SIZE)))
        labels.append(sorted({first, second}))
    return images, labels


def divided(photos: Photos, seed: int) -> tuple[Photos, Photos]:
    """Split the photos before they are paired, so that no photo is in both splits."""
    order = np.random.default_rng(seed).permutation(len(photos))
    held_out = len(photos) // 4
    return [photos[i] for i in order[held_out:]], [photos[i] for i in order[:held_out]]


def main() -> None:
    """Fine-tune, evaluate, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="folder of CLASS/PHOTO; default: digits")
    parser.add_argument(
        "--weights", default="imagenet", help="a weights file, 'imagenet' or 'none'"
    )
    parser.add_argument("--out", default=Path("out") / "several_labels", type=Path)
    options = parser.parse_args()

    train, test = (side_by_side(part, seed=0) for part in divided(read(options.data), seed=0))
    train, test = ktl.data.multi_label(*train, validation_split=0.25), ktl.data.multi_label(*test)
    weights = None if options.weights == "none" else options.weights
    backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=weights)
    recipe = ktl.ImageMultiLabelClassification(
        backbone, image_size=(SIZE, SIZE), augmentation="no_flip"
    )
    recipe.fit(train)
    print(recipe.evaluate(test.train))
    print(recipe.predict(test.train.subset([0]))[0])

    recipe.save(options.out / "recipe", overwrite=True)
    print(recipe.export(options.out / "bundle", max_drop=0.03, overwrite=True))


if __name__ == "__main__":
    main()
