"""Classify pictures or texts with an exported bundle: LiteRT and NumPy, no TensorFlow, no Keras.

pip install ai-edge-litert numpy pillow        # pictures
pip install ai-edge-litert numpy tokenizers    # texts
python classify.py BUNDLE/tflite/int8.tflite photo.jpg
python classify.py BUNDLE/tflite/dynamic.tflite "A fine film."
"""

import json
import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter


class Classifier:
    """One `.tflite` file of a bundle.

    Args:
        path: A file in the bundle's `tflite` directory; `kerastl.json` lies one level above.
    """

    def __init__(self, path: str | Path) -> None:
        bundle = Path(path).resolve().parents[1]
        told = json.loads((bundle / "kerastl.json").read_text(encoding="utf-8"))
        self.labels: list[str] = told["labels"]
        self._prepare = _reader(told["preprocessing"], bundle)
        self._interpreter = Interpreter(model_path=str(path), num_threads=1)
        self._run = self._interpreter.get_signature_runner()

    def __call__(self, item: str | bytes | Path) -> dict[str, float]:
        """Score one picture (a path, or the file's bytes) or one text.

        Returns:
            The score of every label, best first.
        """
        scores = self._run(**self._prepare(item, self._run.get_input_details()))["scores"][0]
        best_first = np.argsort(-scores)
        return {self.labels[index]: float(scores[index]) for index in best_first}


def _reader(told: dict, bundle: Path):
    if told["kind"] == "image":
        return lambda item, inputs: _read_picture(item, told, inputs["pixels"]["dtype"])
    tokenizer = _word_pieces(told, bundle)
    return lambda item, _: _read_text(item, told, tokenizer)


def _read_picture(item, told: dict, dtype) -> dict[str, np.ndarray]:
    import io

    from PIL import Image, ImageOps

    picture = Image.open(io.BytesIO(item) if isinstance(item, bytes) else item)
    picture = ImageOps.exif_transpose(picture).convert("RGB")
    width, height = told["width"], told["height"]
    # Pillow's own filters smooth differently from what the model was trained on.
    by_area = picture.width * picture.height > told["area_above"] * width * height
    weights = _area if by_area else _bilinear
    pixels = np.asarray(picture, np.float32)
    pixels = np.einsum("yh,hwc->ywc", weights(len(pixels), height), pixels, optimize=True)
    pixels = np.einsum("xw,ywc->yxc", weights(pixels.shape[1], width), pixels, optimize=True)
    # A uint8 file takes the same whole numbers: one step is one pixel value.
    return {"pixels": np.round(pixels).astype(dtype)[None]}


def _bilinear(old: int, new: int) -> np.ndarray:
    centres = ((np.arange(new) + 0.5) * old / new - 0.5).clip(0, old - 1)
    return np.maximum(0, 1 - np.abs(centres[:, None] - np.arange(old))).astype(np.float32)


def _area(old: int, new: int) -> np.ndarray:
    start = np.arange(new)[:, None] * old / new
    ends = np.minimum(start + old / new, np.arange(old) + 1)
    overlap = (ends - np.maximum(start, np.arange(old))).clip(0)
    return (overlap * new / old).astype(np.float32)


def _word_pieces(told: dict, bundle: Path):
    from tokenizers import BertWordPieceTokenizer

    vocabulary = bundle / told["directory"] / "assets" / "tokenizer" / "vocabulary.txt"
    if not vocabulary.is_file():
        raise SystemExit(
            f"This receiver reads WordPiece vocabularies; the bundle has a {told['tokenizer']}. "
            "Use the SavedModel, which tokenizes by itself."
        )
    lower = told["lowercase"]
    return BertWordPieceTokenizer(
        str(vocabulary), lowercase=lower, strip_accents=lower or told["strip_accents"]
    )


def _read_text(text: str, told: dict, tokenizer) -> dict[str, np.ndarray]:
    ids = tokenizer.encode(text.replace("\0", ""), add_special_tokens=False).ids
    ids = [told["start"], *ids[: told["sequence_length"] - 2], told["end"]]
    padding = told["sequence_length"] - len(ids)
    return {
        "token_ids": np.array([ids + [told["pad"]] * padding], np.int32),
        "padding_mask": np.array([[1] * len(ids) + [0] * padding], np.int32),
    }


if __name__ == "__main__":
    classify = Classifier(sys.argv[1])
    for argument in sys.argv[2:]:
        label, score = next(iter(classify(argument).items()))
        print(f"{argument}\t{label}\t{score:.3f}")
