"""Readers of labelled and unlabelled data."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

import kerastl as ktl
from kerastl.data.splits.unreadable import naming_unreadable

_SUFFIXES = ("jpg", "png", "gif", "bmp", "webp", "tif", "avif")
_VOC = """<annotation><filename>{0}.png</filename>
<size><width>12</width><height>9</height><depth>3</depth></size>
<object><name>cat</name><difficult>0</difficult>
<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>7</xmax><ymax>8</ymax></bndbox></object></annotation>
"""
_CONLL = """-DOCSTART- -X- O O

Ada NNP B-NP B-PER
Lovelace NNP I-NP I-PER
wrote VBD B-VP O

in IN B-PP O
London NNP B-NP B-LOC
"""


def _image(path: Path, seed: int = 0) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (9, 12, 3)).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {"quality": 80} if path.suffix in (".jpg", ".webp") else {}
    if path.suffix == ".jpg":
        exif = Image.Exif()
        exif[274] = 6
        options["exif"] = exif.tobytes()
    Image.fromarray(pixels).save(path, **options)


def _pixels(data: Any) -> None:
    for split in data.splits.values():
        # As `fit`, `evaluate` and `predict` read them.
        with naming_unreadable(split):
            for _ in split.pixels((4, 4)):
                pass


def _images(folder: Path) -> None:
    for number, suffix in enumerate(_SUFFIXES):
        _image(folder / f"a{number}.{suffix}", number)


def _read_images(folder: Path) -> None:
    paths = sorted(folder.iterdir())
    for _ in ktl.data.unlabelled(paths, modality="image", on_error="skip").pixels((4, 4)):
        pass
    ktl.data.unlabelled(paths, modality="image")


def _folder(folder: Path) -> None:
    for label in ("cat", "dog"):
        for part in ("train", "test"):
            _image(folder / part / label / "x.png")


def _csv(folder: Path) -> None:
    (folder / "a.csv").write_text(
        'text,label,stars\n"one, two",a,1\n"three\nfour",b,2.5\n"said ""five""",a,-3\nsix,b,4\n'
    )


def _read_csv(folder: Path) -> None:
    path = folder / "a.csv"
    for skip in ("raise", "skip"):
        ktl.data.csv(path, text="text", label="label", on_error=skip)
    ktl.data.csv_numbers(path, text="text", values="stars")
    ktl.data.unlabelled(path, text="text")


def _image_table(folder: Path) -> None:
    rows = "".join(f"x{number}.png\t{'ab'[number % 2]};c\n" for number in range(4))
    (folder / "a.tsv").write_text("image\tlabels\n" + rows)
    for number in range(4):
        _image(folder / f"x{number}.png", number)


def _read_image_table(folder: Path) -> None:
    path = folder / "a.tsv"
    ktl.data.csv_multi_label(path, image="image", label="labels", separator="\t")
    _pixels(ktl.data.csv(path, image="image", label="labels"))


def _parquet(folder: Path) -> None:
    image = folder / "x.png"
    _image(image)
    images = [{"bytes": image.read_bytes(), "path": None}] * 4
    image.unlink()
    table = pa.table({"image": images, "text": list("abcd"), "label": ["a", "b"] * 2})
    pq.write_table(table, folder / "a.parquet")


def _read_parquet(folder: Path) -> None:
    path = folder / "a.parquet"
    ktl.data.csv(path, text="text", label="label")
    _pixels(ktl.data.csv(path, image="image", label="label"))


def _read_conll(folder: Path) -> None:
    path = folder / "a.conll"
    for skip in ("raise", "skip"):
        ktl.data.conll(path, on_error=skip)


def _coco(folder: Path) -> None:
    box = {"category_id": 7, "bbox": [1, 2, 5, 4], "area": 20, "iscrowd": 0}
    content = {
        "images": [
            {"id": number, "file_name": f"x{number}.png", "width": 12, "height": 9}
            for number in (1, 2)
        ],
        "annotations": [{"id": number, "image_id": number, **box} for number in (1, 2)],
        "categories": [{"id": 7, "name": "cat"}, {"id": 9, "name": "dog"}],
    }
    (folder / "a.json").write_text(json.dumps(content))
    for number in (1, 2):
        _image(folder / f"x{number}.png", number)


def _read_coco(folder: Path) -> None:
    path = folder / "a.json"
    for skip in ("raise", "skip"):
        ktl.data.coco(path, folder, on_error=skip)


def _voc(folder: Path) -> None:
    for name in ("a", "b"):
        _image(folder / "JPEGImages" / f"{name}.png")
        file = folder / "Annotations" / f"{name}.xml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(_VOC.format(name))
    listed = folder / "ImageSets" / "Main" / "train.txt"
    listed.parent.mkdir(parents=True)
    listed.write_text("a\nb\n")


def _read_voc(folder: Path) -> None:
    for skip in ("raise", "skip"):
        ktl.data.pascal_voc(folder, on_error=skip)


def _tfds(folder: Path) -> None:
    import tensorflow as tf

    module = "tensorflow_datasets.core.features."
    features = {
        "pythonClassName": f"{module}features_dict.FeaturesDict",
        "featuresDict": {
            "features": {
                "text": {"pythonClassName": f"{module}text_feature.Text", "text": {}},
                "label": {
                    "pythonClassName": f"{module}class_label_feature.ClassLabel",
                    "classLabel": {"numClasses": "2"},
                },
            }
        },
    }
    keys = {"tuple": {"items": [{"featureKey": "text"}, {"featureKey": "label"}]}}
    info = {"name": "x", "version": "1.0.0", "fileFormat": "tfrecord", "supervisedKeys": keys}
    split = {"name": "train", "numBytes": "90", "shardLengths": ["4"]}
    template = "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}"
    info["splits"] = [{**split, "filepathTemplate": template}]
    (folder / "features.json").write_text(json.dumps(features))
    (folder / "dataset_info.json").write_text(json.dumps(info))
    (folder / "label.labels.txt").write_text("first\nsecond\n")
    record = str(folder / "x-train.tfrecord-00000-of-00001")
    with tf.io.TFRecordWriter(record) as writer:
        for number in range(4):
            text = tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"text"]))
            label = tf.train.Feature(int64_list=tf.train.Int64List(value=[number % 2]))
            held = tf.train.Features(feature={"text": text, "label": label})
            writer.write(tf.train.Example(features=held).SerializeToString())


PAIRS: dict[str, tuple[Callable[[Path], Any], Callable[[Path], Any]]] = {
    "images": (_images, _read_images),
    "image_folder": (_folder, lambda folder: _pixels(ktl.data.image_folder(folder))),
    "csv": (_csv, _read_csv),
    "image_table": (_image_table, _read_image_table),
    "parquet": (_parquet, _read_parquet),
    "conll": (lambda folder: (folder / "a.conll").write_text(_CONLL), _read_conll),
    "coco": (_coco, _read_coco),
    "pascal_voc": (_voc, _read_voc),
    "tfds": (_tfds, ktl.data.tfds),
}
"""A function that writes valid files, and one that reads a directory with them, by name."""
