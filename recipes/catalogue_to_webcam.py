"""Domain adaptation: train on catalogue photos, and adapt the model to webcam photos.

Data: two folders with one folder of photos per class, such as `amazon` and `webcam` of the Office
data set. The webcam labels are used only to measure the accuracy at the end.
Weights: MobileNetV2 0.35, trained on ImageNet.

    python recipes/catalogue_to_webcam.py --catalogue amazon --webcam webcam --weights FILE.h5

Without --weights, the ImageNet weights are downloaded. Measured by
`benchmarks/adaptation --tasks photos` on Office's 10 classes, three seeds: accuracy .905; the
source-only baseline, trained without webcam photos, has .835. See docs/adaptation.md.
"""

import argparse
from pathlib import Path

import kerastl as ktl


def main() -> None:
    """Train, adapt, print whether adaptation helped, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--catalogue", required=True, type=Path, help="labelled: one folder per class"
    )
    parser.add_argument("--webcam", required=True, type=Path, help="unlabelled target photos")
    parser.add_argument("--weights", default="imagenet", help="a weights file, or 'imagenet'")
    parser.add_argument("--method", default="auto", help="name of an adaptation method")
    parser.add_argument("--out", default=Path("out") / "catalogue_to_webcam", type=Path)
    options = parser.parse_args()

    catalogue = ktl.data.image_folder(options.catalogue, validation_split=0.2, seed=0)
    webcam = ktl.data.image_folder(options.webcam)
    photos = ktl.data.unlabelled(options.webcam)
    backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=options.weights)
    recipe = ktl.ImageClassification(backbone)
    recipe.fit(catalogue, adapt_to=photos, adaptation=options.method)
    print(recipe.evaluate(webcam.train))

    recipe.save(options.out / "recipe", overwrite=True)
    print(recipe.export(options.out / "bundle", max_drop=0.02, overwrite=True))


if __name__ == "__main__":
    main()
