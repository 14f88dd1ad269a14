"""Object detection: find objects in photos with MobileNetV2, then export for phones and servers.

Data: boxes in COCO's JSON format, one file for training and one for testing.
Weights: MobileNetV2 0.35, trained on ImageNet.

    python recipes/detect.py --train train.json --test test.json --images images \\
        --weights mobilenet_v2_0.35.h5

Without --weights, the ImageNet weights are downloaded. Measured by `benchmarks/detection.py` on
composed scenes, two seeds: mAP@.5 .865 and .890; from random weights .188 and .246. See
`docs/object-detection.md`.
"""

import argparse
from pathlib import Path

import kerastl as ktl
from kerastl.tasks.object_detection.drawing import draw_boxes


def main() -> None:
    """Fine-tune, evaluate, draw, save and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--train", required=True, type=Path, help="annotations in COCO's format")
    parser.add_argument("--test", required=True, type=Path, help="annotations of other images")
    parser.add_argument("--images", required=True, type=Path, help="the folder of the images")
    parser.add_argument("--weights", default="imagenet", help="a weights file, or 'imagenet'")
    parser.add_argument("--size", default=192, type=int, help="width and height in pixels")
    parser.add_argument("--epochs", default=10, type=int, help="epochs of each phase")
    parser.add_argument("--out", default=Path("out") / "detect", type=Path)
    options = parser.parse_args()

    data = ktl.data.coco(options.train, options.images, test=options.test, validation_split=0.15)
    backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=options.weights)
    recipe = ktl.ObjectDetection(backbone, image_size=(options.size, options.size))
    head = ktl.Phase("head", epochs=options.epochs, learning_rate=2e-3)
    rate = ktl.LearningRate(2e-3, stage_decay=0.7)
    whole = ktl.Phase("from:stage1", epochs=options.epochs, learning_rate=rate, augment=True)
    recipe.fit(data, [head, whole], batch_size=8)
    print(recipe.evaluate(data.test))

    recipe.save(options.out / "recipe", overwrite=True)
    first = data.test.inputs[0]
    draw_boxes(first, recipe.predict(first)[0]).save(options.out / "first.png")
    print(recipe.export(options.out / "bundle", max_drop=0.02, overwrite=True))


if __name__ == "__main__":
    main()
