"""Files and images that the Python receivers of exported models read."""

import importlib
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from PIL import Image

from tests.export import tiny_files
from tests.security import postscript
from tests.security.watching.action import Action, Places

_FOLDER = Path(__file__).resolve().parents[3] / "export" / "python"


def receivers(places: Places) -> tuple[list[Callable[[], Any]], list[Action]]:
    """Return readings of hostile `.tflite` files and images by the receivers."""
    sys.path.insert(0, str(_FOLDER))
    classify = importlib.import_module("classify")
    detect = importlib.import_module("detect")
    files = places.files
    model, boxes = tiny_files.image_file(files), tiny_files.detection_file(files)
    image, program = files / "receiver.png", files / "receiver.jpg"
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(image)
    program.write_bytes(postscript.CONTENT)
    classifier, detector = classify.Classifier(model), detect.Detector(boxes)
    names = zipfile.ZipFile(shutil.copy(model, files / "names.tflite"), "a")
    with names:
        for name in ("../../victim/new", str(places.victim / "new"), "labels.txt"):
            names.writestr(name, "x")
    acting = _acting(files / "acting.tflite", str(places.victim / "new"), model)
    honest = [
        Action("classify an image", lambda: classifier(image), refused=False),
        Action("detect in an image", lambda: detector(image), refused=False),
        Action(
            "names of members", lambda: classify.Classifier(files / "names.tflite")(image), False
        ),
    ]
    hostile = [
        Action("classify a program", lambda: classifier(program)),
        Action("classify the content of a program", lambda: classifier(program.read_bytes())),
        Action("detect in a program", lambda: detector(program)),
        Action("an operator that writes", lambda: classify.Classifier(acting)(image)),
    ]
    return [each.call for each in honest], honest + hostile


def _acting(path: Path, target: str, model: Path) -> Path:
    """Write a model with an operator of TensorFlow that writes a file."""
    pixels = tf.TensorSpec((1, tiny_files.SIDE, tiny_files.SIDE, 3), tf.float32, "pixels")

    @tf.function(input_signature=[pixels])
    def scores(pixels: Any) -> Any:
        with tf.control_dependencies([tf.io.write_file(target, "x")]):
            return {"scores": tf.reduce_mean(pixels, (1, 2))}

    module = tf.Module()
    module.scores = scores
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [scores.get_concrete_function()], module
    )
    converter.target_spec.supported_ops = [tf.lite.OpsSet.SELECT_TF_OPS]
    path.write_bytes(converter.convert())
    with zipfile.ZipFile(model) as old, zipfile.ZipFile(path, "a") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return path
