"""Classify images or texts with MediaPipe Tasks.

MediaPipe reads labels, normalization and vocabulary from the file.

pip install mediapipe
python classify.py int8.tflite photo.jpg
python classify.py dynamic.tflite "A fine film."
"""

import os
import sys
import unicodedata
import zipfile

import mediapipe
from mediapipe.tasks.python import BaseOptions, text, vision

_UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")  # Control, format, surrogate, line and paragraph ends.
_JOINERS = "\u200c\u200d"  # They belong to emoji and Persian words.


def open_classifier(path: str):
    """Open a file that kerastl exported.

    Args:
        path: A `.tflite` file of an image classifier, or of a lowercase BERT.

    Returns:
        A function from an image's path or a text to MediaPipe's categories, best first. Threads
        may share it: MediaPipe answers one after the other.
    """
    options = BaseOptions(model_asset_path=path)
    if "vocabulary.txt" in zipfile.ZipFile(path).namelist():
        texts = text.TextClassifier.create_from_options(
            text.TextClassifierOptions(base_options=options)
        )
        return lambda item: texts.classify(item).classifications[0].categories
    images = vision.ImageClassifier.create_from_options(
        vision.ImageClassifierOptions(base_options=options)
    )
    return lambda item: (
        images.classify(mediapipe.Image.create_from_file(item)).classifications[0].categories
    )


def printable(text: str) -> str:
    """Escape control characters and invisible ones: a label must not drive the terminal."""
    return "".join(
        f"\\u{ord(c):04x}" if unicodedata.category(c) in _UNSAFE and c not in _JOINERS else c
        for c in text
    )


if __name__ == "__main__":
    classify = open_classifier(sys.argv[1])
    try:
        for argument in sys.argv[2:]:
            best = classify(argument)[0]
            print(f"{printable(argument)}\t{printable(best.category_name)}\t{best.score:.3f}")
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, such as head, has closed the pipe; flushing at exit would raise again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
