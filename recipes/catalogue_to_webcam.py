"""Catalogue to webcam: things known from catalogue photos, recognised on webcam photos.

Data: two folders with one folder a class, such as Office's `amazon` and `webcam`. The second one's
classes are only used for the figure at the end. Weights: MobileNetV2 0.35, ImageNet.

    python recipes/catalogue_to_webcam.py --catalogue amazon --webcam webcam --weights FILE.h5

Leave --weights out to download the ImageNet weights. Measured by
`benchmarks/adaptation --tasks photos` on Office's 10 classes, five seeds: accuracy .912 ± .013, of
the source-only baseline .835 ± .041; see docs/adaptation.md.
"""

import argparse
from pathlib import Path

import kerastl as ktl


def main() -> None:
    """Train on the catalogue for the webcam, say whether it helped, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--catalogue", required=True, type=Path, help="holds one folder a class")
    parser.add_argument("--webcam", required=True, type=Path, help="holds photos in folders")
    parser.add_argument("--weights", default="imagenet", help="a weights file, or imagenet")
    parser.add_argument("--method", default="self_training", help="a method of ktl.adaptation")
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
