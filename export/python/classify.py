"""Classify images or texts with an exported file, using LiteRT and NumPy only.

pip install ai-edge-litert numpy pillow    # Pillow for images only
python classify.py int8.tflite photo.jpg
python classify.py dynamic.tflite "A fine film."
python classify.py int8.tflite photo.jpg --allow-unknown
"""

import json
import os
import re
import sys
import threading
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

# The formats of images, as Pillow names them.
FORMATS = ("JPEG", "MPO", "PNG", "BMP", "GIF", "WEBP", "TIFF", "AVIF")

# Unicode blocks that BERT splits into single characters.
_CJK = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip

# Characters that case folding drops: variation selectors, fillers, joiners.
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)

# The program of this folder for each task.
_PROGRAMS = {
    "image_classification": "classify.py",
    "text_classification": "classify.py",
    "few_shot_text_classification": "classify.py",
    "image_multi_label_classification": "classify.py",
    "text_multi_label_classification": "classify.py",
    "object_detection": "detect.py",
    "token_classification": "entities.py",
}

_UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")  # Control, format, surrogate, line and paragraph ends.
_JOINERS = "\u200c\u200d"  # They belong to emoji and Persian words.


class Model:
    """A `.tflite` file in the LiteRT interpreter. Several threads may share it.

    An interpreter has one set of tensors: a second thread would overwrite the input of the first
    and read its scores. The threads therefore take turns. For answers at the same time, give each
    thread a model of its own.

    Args:
        path: The file.

    Attributes:
        inputs: Details of each input, by name.
    """

    def __init__(self, path: str | Path) -> None:
        self._run = Interpreter(model_path=str(path), num_threads=1).get_signature_runner()
        self._lock = threading.Lock()
        self.inputs = self._run.get_input_details()
        self._outputs = {
            name: detail["quantization"] for name, detail in self._run.get_output_details().items()
        }

    def __call__(self, **inputs: np.ndarray) -> np.ndarray:
        """Score one example, given in the types of the file, as real numbers."""
        return self.outputs(**inputs)["scores"]

    def outputs(self, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """Compute all outputs of one example, as real numbers."""
        with self._lock:
            values = self._run(**inputs)
        return {name: self._real(name, value[0]) for name, value in values.items()}

    def _real(self, name: str, values: np.ndarray) -> np.ndarray:
        scale, zero = self._outputs[name]
        return (values.astype(np.float32) - zero) * scale if scale else values


class Classifier:
    """A `.tflite` file that kerastl exported. It needs no other file.

    Several threads may share a classifier: inputs are prepared at the same time, and the network
    answers them one after the other.

    Args:
        path: The file. Labels, preprocessing and vocabulary are in the archive at its end.
    """

    def __init__(self, path: str | Path) -> None:
        description, files = read_description(path, "classify.py")
        self.labels: list[str] = description["labels"]
        self._unknown = description.get("unknown")
        self._prepare = _reader(description["preprocessing"], files)
        self._model = Model(path)

    def __call__(self, item: str | bytes | Path) -> dict[str, float]:
        """Score one image (a path, or the file's bytes) or one text.

        Returns:
            The score of every label, best first.
        """
        return self._scores(self._outputs(item))

    def answer(self, item: str | bytes | Path) -> tuple[str | None, float]:
        """Return the best label of one image or text, and its score.

        The label is None for an input unlike the training examples. A file that cannot tell them
        ends the program.
        """
        if self._unknown is None:
            raise SystemExit("This file cannot tell unknown inputs: leave --allow-unknown out.")
        outputs = self._outputs(item)
        label, score = next(iter(self._scores(outputs).items()))
        is_unknown = outputs[self._unknown["output"]] > self._unknown["threshold"]
        return None if is_unknown else label, score

    def _outputs(self, item: str | bytes | Path) -> dict[str, np.ndarray]:
        values = self._prepare(item)
        # A uint8 file takes the same whole numbers, an int8 file these numbers minus 128.
        fed = {
            name: (values[name] + detail["quantization"][1]).astype(detail["dtype"])
            for name, detail in self._model.inputs.items()
        }
        return self._model.outputs(**fed)

    def _scores(self, outputs: dict[str, np.ndarray]) -> dict[str, float]:
        scores = outputs["scores"]
        best_first = np.argsort(-scores)
        return {self.labels[index]: float(scores[index]) for index in best_first}


def associated_files(path: str | Path) -> dict[str, str]:
    """Read the texts in the archive at the end of a file.

    Raises:
        SystemExit: If there is no archive, or its entries are larger than the file, such as
            compressed ones: they could take any amount of memory, and kerastl does not compress.
    """
    if not zipfile.is_zipfile(path):
        raise SystemExit(f"This is not a file that kerastl exported. Received: {str(path)!r}")
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > Path(path).stat().st_size:
            raise SystemExit(
                f"The archive in the file unpacks to more than the file. Received: {str(path)!r}"
            )
        return {name: archive.read(name).decode() for name in archive.namelist()}


def read_description(path: str | Path, program: str) -> tuple[dict, dict[str, str]]:
    """Read the `kerastl.json` of a file, and all texts in its archive.

    Args:
        path: The file.
        program: Name of the program that reads it.

    Raises:
        SystemExit: If the file is for another program. The error names that program.
    """
    files = associated_files(path)
    if "kerastl.json" not in files:
        raise SystemExit(f"This is not a file that kerastl exported. Received: {str(path)!r}")
    description = json.loads(files["kerastl.json"])
    task = description["task"]
    right = _PROGRAMS.get(task, "`kerastl predict` with the bundle")
    if right != program:
        raise SystemExit(
            f"{program} does not answer {printable(task.replace('_', ' '))}: use {right}. "
            f"Received: {str(path)!r}"
        )
    return description, files


def run(main) -> None:
    """Run a program with a file and items, and end it with one sentence if it fails."""
    if len(sys.argv) < 3:
        raise SystemExit(f"usage: python {Path(sys.argv[0]).name} FILE.tflite ITEM...")
    try:
        main(sys.argv[1], sys.argv[2:])
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, such as head, has closed the pipe; flushing at exit would raise again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError) as error:
        raise SystemExit(printable(str(error))) from None


def printable(text: str) -> str:
    """Escape control characters and invisible ones: a label must not drive the terminal."""
    return "".join(
        f"\\u{ord(c):04x}" if unicodedata.category(c) in _UNSAFE and c not in _JOINERS else c
        for c in text
    )


def _reader(description: dict, files: dict[str, str]):
    if description["kind"] == "image":
        return lambda item: {"pixels": read_image(item, description)}
    ids = read_vocabulary(description, files)
    return lambda item: read_text(item, description, ids)


def read_vocabulary(description: dict, files: dict[str, str]) -> dict[str, int]:
    """Return the id of every word piece.

    Raises:
        SystemExit: If the file has another kind of tokenizer.
    """
    if "vocabulary.txt" not in files:
        raise SystemExit(
            "This program reads WordPiece vocabularies, but the file has a "
            f"{description['tokenizer']}. "
            "Use the SavedModel, which tokenizes by itself."
        )
    pieces = files["vocabulary.txt"].removesuffix("\n").split("\n")
    return {piece: number for number, piece in enumerate(pieces)}


def read_image(item, description: dict) -> np.ndarray:
    """Read an image (a path, or the file's bytes) as `pixels`, float32 `(1, H, W, 3)`.

    Raises:
        ValueError: If the path is no regular file, or the image has more pixels than the
            `max_pixels` of the export.
    """
    import io

    from PIL import Image, ImageOps

    if not isinstance(item, bytes):
        # Reading a named pipe or a device may never end.
        if not Path(item).is_file():
            raise ValueError(f"An image must be a regular file. Received: {item!r}")
        item = Path(item).read_bytes()
    # Pillow decodes many more formats. That of PostScript starts an external program.
    Image.init()
    formats = [each for each in FORMATS if each in Image.OPEN]
    limit = description["max_pixels"]
    try:
        image = Image.open(io.BytesIO(item), formats=formats)
    except Image.DecompressionBombError as error:
        raise ValueError(f"An image must have at most {limit:,} pixels. {error}") from error
    # A file of a few kB can declare any size. Nothing is decoded yet.
    if image.width * image.height > limit:
        raise ValueError(
            f"An image must have at most {limit:,} pixels. "
            f"Received: {image.width} x {image.height} pixels"
        )
    if image.format in ("JPEG", "MPO"):
        image = ImageOps.exif_transpose(image)
    elif image.format == "PNG" and "pixel_range" in description:
        image = _in_range(image, *description["pixel_range"])
    image = _to_rgb(image)
    width, height = description["width"], description["height"]
    # Pillow's own filters smooth differently than those of training.
    by_area = image.width * image.height > description["area_above"] * width * height
    weights = _area if by_area else _bilinear
    pixels = np.asarray(image, np.float32)
    pixels = np.einsum("yh,hwc->ywc", weights(len(pixels), height), pixels, optimize=True)
    pixels = np.einsum("xw,ywc->yxc", weights(pixels.shape[1], width), pixels, optimize=True)
    return np.round(pixels)[None]


def _in_range(image, black: float, white: float):
    """Scale the values of a PNG from the range of the training images to 0 to 255."""
    from PIL import Image

    is_deep = image.mode.startswith("I;16")
    if not is_deep and any(str(part[3]).endswith(";16B") for part in image.tile):
        raise SystemExit("Pillow keeps 8 bits of a PNG with 16-bit colours: use the SavedModel.")
    if not is_deep and image.mode not in ("L", "LA", "RGB", "RGBA"):
        return image
    values = np.asarray(image)
    has_opacity = image.mode in ("LA", "RGBA")
    colours = values[..., :-1] if has_opacity else values
    scaled = (colours.astype(np.float32) - np.float32(black)) * np.float32(255 / (white - black))
    inside = scaled.min() >= -0.5 and scaled.max() <= 255.5
    if is_deep and not inside:
        raise SystemExit(f"The values are outside the model's range, {black:g} to {white:g}.")
    if not is_deep and not (inside and black >= 0 and white <= 255):
        return image  # an ordinary image of 8 bits
    scaled = np.clip(np.round(scaled), 0, 255).astype(np.uint8)
    return Image.fromarray(
        np.concatenate([scaled, values[..., -1:]], -1) if has_opacity else scaled
    )


def _to_rgb(image):
    from PIL import Image

    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def _bilinear(old: int, new: int) -> np.ndarray:
    centres = ((np.arange(new) + 0.5) * old / new - 0.5).clip(0, old - 1)
    return np.maximum(0, 1 - np.abs(centres[:, None] - np.arange(old))).astype(np.float32)


def _area(old: int, new: int) -> np.ndarray:
    start = np.arange(new)[:, None] * old / new
    ends = np.minimum(start + old / new, np.arange(old) + 1)
    overlap = (ends - np.maximum(start, np.arange(old))).clip(0)
    return (overlap * new / old).astype(np.float32)


def read_text(text: str, description: dict, ids: dict[str, int]) -> dict[str, np.ndarray]:
    """Tokenize a text to `token_ids`, `padding_mask` and `segment_ids`, each `(1, L)`."""
    found = _truncated(tokenize(text, description, ids), description)
    return feed([description["start"], *found, description["end"]], description)


def tokenize(text: str, description: dict, ids: dict[str, int]) -> list[int]:
    """Return the ids of a text's word pieces, without special tokens."""
    return [number for word in _words(text, description) for number in _pieces(word, ids)]


def feed(filled: list[int], description: dict) -> dict[str, np.ndarray]:
    """Pad ids, special tokens included, to the inputs of a file."""
    padding = description["sequence_length"] - len(filled)
    return {
        "token_ids": np.array([filled + [description["pad"]] * padding]),
        "padding_mask": np.array([[1] * len(filled) + [0] * padding]),
        "segment_ids": np.zeros((1, description["sequence_length"])),
    }


def _truncated(found: list[int], description: dict) -> list[int]:
    # Older files keep the first tokens and have no such numbers.
    first = description.get("kept_at_start", description["sequence_length"] - 2)
    last = description.get("kept_at_end", 0)
    # Python reads [-0:] as everything.
    return found if len(found) <= first + last else found[:first] + found[len(found) - last :]


def _words(text: str, description: dict) -> list[str]:
    text = text.replace("\0", "")
    if description["strip_accents"]:
        text = unicodedata.normalize("NFD", text)
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Mn")
    spaced = []
    for letter in text:
        kind = unicodedata.category(letter)
        if letter in " \t\n\r\f" or kind in ("Cc", "Cf"):
            spaced.append(" ")
        elif _is_word_of_its_own(letter, kind, description["split_on_cjk"]):
            spaced.append(f" {letter} ")
        else:
            spaced.append(letter)
    words = [word for word in "".join(spaced).split(" ") if word]
    return [_fold(word) for word in words] if description["lowercase"] else words


def _fold(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).casefold()
    return _IGNORABLE.sub("", unicodedata.normalize("NFKC", folded))


def _is_word_of_its_own(letter: str, kind: str, split_on_cjk: bool) -> bool:
    if kind.startswith("P") or (letter.isascii() and not letter.isalnum()):
        return True
    return split_on_cjk and any(first <= ord(letter) <= last for first, last in _CJK)


def _pieces(word: str, ids: dict[str, int]) -> list[int]:
    found, start = [], 0
    while start < len(word) and len(word.encode()) <= 100:
        prefix = "##" if start else ""
        ends = range(len(word), start, -1)
        end = next((end for end in ends if prefix + word[start:end] in ids), None)
        if end is None:
            return [ids["[UNK]"]]
        found.append(ids[prefix + word[start:end]])
        start = end
    return found or [ids["[UNK]"]]


def main(path: str, items: list[str]) -> None:
    """Print the best label of each item; with `--allow-unknown` it may be none of them."""
    classify, option = Classifier(path), "--allow-unknown"
    for item in (each for each in items if each != option):
        allowed = option in items
        label, score = classify.answer(item) if allowed else next(iter(classify(item).items()))
        print(f"{printable(item)}\t{printable(label or 'none of these')}\t{score:.3f}")


if __name__ == "__main__":
    run(main)
