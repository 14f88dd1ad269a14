"""Photos: classify photos of waste with MobileNetV2, then export for phones and servers.

Data: a folder with one folder of photos per class in `train` and in `test`, such as trashnet6 with
75 training and 25 test photos of each of six classes.
Weights: MobileNetV2 0.35, trained on ImageNet.

    python recipes/photos.py --data trashnet6_subset --weights mobilenet_v2_0.35.h5

Without --weights, the ImageNet weights are downloaded. Measured by `benchmarks/main_job.py`, three
seeds: test accuracy .789 ± .008; as an int8 LiteRT file .778 ± .010.
"""

import argparse
from pathlib import Path

import kerastl as ktl


def main() -> None:
    """Fine-tune, evaluate, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", required=True, type=Path, help="has train/CLASS and test/CLASS")
    parser.add_argument("--weights", default="imagenet", help="a weights file, or 'imagenet'")
    parser.add_argument("--out", default=Path("out") / "photos", type=Path)
    options = parser.parse_args()

    data = ktl.data.image_folder(options.data, validation_split=0.2, seed=0)
    backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=options.weights)
    recipe = ktl.ImageClassification(backbone)
    recipe.fit(data)
    print(recipe.evaluate(data.test))

    recipe.save(options.out / "recipe", overwrite=True)
    print(recipe.export(options.out / "bundle", max_drop=0.02, overwrite=True))


if __name__ == "__main__":
    main()
