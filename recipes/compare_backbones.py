"""Backbones: compare accuracy, size and latency of three MobileNets on your photos.

Data: a folder with one folder of photos per class. Without --data, trashnet6 if KERASTL_SHARED
names a folder that contains it, else the handwritten digits of scikit-learn.

    python recipes/compare_backbones.py --data photos --out out/backbones

Weights are downloaded unless the folder of KERASTL_SHARED has them. Measured by
`benchmarks/compare.py` on trashnet6: the ranking takes less than 1.3 times as long as computing
the features. See `docs/compare.md`.
"""

import argparse
import os
from pathlib import Path

import kerastl as ktl

WEIGHTS = {
    ("mobilenet", 0.25): "mobilenet_2_5_224_tf_no_top.h5",
    ("mobilenet_v2", 0.35): "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5",
    ("mobilenet_v2", 1.0): "mobilenet_v2_1.0_224_coral_ptq_dequantised_no_top.h5",
}


def shared(*parts: str) -> Path | None:
    """Return a path in the folder of KERASTL_SHARED, or None if it does not exist."""
    folder = os.environ.get("KERASTL_SHARED")
    path = Path(folder, *parts) if folder else None
    return path if path is not None and path.exists() else None


def read(folder: Path | None) -> ktl.data.Dataset:
    """Read the photos of a folder, of trashnet6, or the digits of scikit-learn."""
    folder = folder or shared("images", "trashnet6_subset")
    if folder is not None:
        return ktl.data.image_folder(folder, validation_split=0.2, seed=0)
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = (digits.images[:600] * (255 / 16)).astype("uint8")
    return ktl.data.arrays(images, digits.target[:600], validation_split=0.2, seed=0)


def main() -> None:
    """Compare the backbones, plot the result, and fit the best one on cached features."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="has CLASS, or train/CLASS and test/CLASS")
    parser.add_argument("--out", default=Path("out") / "backbones", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    data = read(options.data)
    backbones = {}
    for (name, alpha), file in WEIGHTS.items():
        weights = shared("weights", "keras_applications", file) or "imagenet"
        made = ktl.backbone(name, alpha=alpha, weights=weights)
        backbones[f"{name}(alpha={alpha})"] = made
    found = ktl.compare(data, list(backbones.values()), cache=options.out / "features")
    print(found)
    found.plot(options.out / "backbones.png")

    recipe = ktl.ImageClassification(backbones[found.best.name])
    recipe.fit(data, "feature_extraction", cache=options.out / "features")
    recipe.save(options.out / "recipe", overwrite=True)


if __name__ == "__main__":
    main()
