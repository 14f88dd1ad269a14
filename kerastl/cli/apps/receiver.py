"""The kinds of apps that kerastl writes for a bundle."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kerastl.basics.suggest import unknown_name
from kerastl.cli.carried.folder import carried_folder

_CLASSES = (
    "image_classification",
    "text_classification",
    "image_multi_label_classification",
    "text_multi_label_classification",
)


_ANSWERED = (
    *_CLASSES,
    "few_shot_text_classification",
    "image_regression",
    "text_regression",
    "object_detection",
    "token_classification",
)


@dataclass(frozen=True)
class Receiver:
    """A kind of app, which receives the inputs of a model.

    Attributes:
        name: The word on the command line.
        about: What is written, as the title of its README.
        tasks: Tasks of the bundles that it answers for.
        files: Files that it consists of, in the folder of receivers.
        variants: LiteRT files that it runs; empty for all.
        model: Name that its LiteRT file has; None for that in the bundle.
        is_source: Whether its files are sources with names to fill in, next to `labels.txt`.
        is_served: Whether it runs the SavedModel, and not a LiteRT file.
        is_installable: Whether a browser installs it: it has a manifest and a service worker.
    """

    name: str
    about: str
    tasks: tuple[str, ...]
    files: tuple[str, ...]
    variants: tuple[str, ...] = ()
    model: str | None = None
    is_source: bool = False
    is_served: bool = False
    is_installable: bool = False


# All but int8_io, which takes pixels from -128 to 127.
_WHOLE_PIXELS = ("int8", "weight_only", "dynamic", "int4", "float16", "float32")
RECEIVERS = (
    Receiver(
        "web",
        "An app for the browser",
        _ANSWERED,
        (
            "web/about.js",
            "web/answerer.js",
            "web/associated_files.js",
            "web/bars_view.js",
            "web/boxes.js",
            "web/boxes_view.js",
            "web/camera.js",
            "web/case_folding.js",
            "web/choice.js",
            "web/colors.js",
            "web/element.js",
            "web/entities.js",
            "web/entities_view.js",
            "web/icon-192.png",
            "web/icon-512.png",
            "web/icon.svg",
            "web/image_panel.js",
            "web/image_sources.js",
            "web/index.html",
            "web/manifest.webmanifest",
            "web/model.js",
            "web/numbers_view.js",
            "web/offline.js",
            "web/package-lock.json",
            "web/package.json",
            "web/page.js",
            "web/pixel_range.js",
            "web/pixels.js",
            "web/printable.js",
            "web/scores.js",
            "web/service_worker.js",
            "web/style.css",
            "web/text_feeds.js",
            "web/text_panel.js",
            "web/views.js",
            "web/word_offsets.js",
            "web/word_pieces.js",
            "web/word_windows.js",
        ),
        _WHOLE_PIXELS,
        model="model.tflite",
        is_installable=True,
    ),
    Receiver(
        "python",
        "A program in plain Python",
        (*_CLASSES, "few_shot_text_classification"),
        ("python/classify.py",),
    ),
    Receiver(
        "python",
        "A program in plain Python",
        ("object_detection",),
        ("python/detect.py", "python/classify.py"),
    ),
    Receiver(
        "python",
        "A program in plain Python",
        ("token_classification",),
        ("python/entities.py", "python/classify.py"),
    ),
    Receiver(
        "mediapipe",
        "A program with MediaPipe Tasks",
        ("image_classification", "text_classification"),
        ("mediapipe/classify.py",),
        _WHOLE_PIXELS,
    ),
    Receiver(
        "android",
        "An image classifier in Kotlin",
        ("image_classification",),
        ("mobile/android/ImageClassifier.kt",),
        _WHOLE_PIXELS,
        is_source=True,
    ),
    Receiver(
        "ios",
        "An image classifier in Swift",
        ("image_classification",),
        ("mobile/ios/ImageClassifier.swift",),
        _WHOLE_PIXELS,
        is_source=True,
    ),
    Receiver(
        "serving",
        "A server with TensorFlow Serving, and a client",
        _CLASSES,
        (
            "serving/client.py",
            "serving/compose.yaml",
            "serving/healthcheck.sh",
            "serving/models.config",
        ),
        is_served=True,
    ),
)
"""All receivers; those of one name answer for different tasks."""


def find_receiver(name: str, task: str) -> Receiver:
    """Return the receiver of a name that answers for a task.

    Args:
        name: Such as `"web"`.
        task: The task of a bundle.

    Raises:
        ValueError: If there is none. The error lists those that exist, or answer for the task.
    """
    if name not in (each.name for each in RECEIVERS):
        raise unknown_name("kind of app", name, dict.fromkeys(each.name for each in RECEIVERS))
    fitting = [each for each in RECEIVERS if task in each.tasks]
    for each in fitting:
        if each.name == name:
            return each
    others = ", ".join(repr(each.name) for each in fitting) or "no other kind"
    raise ValueError(
        f"An app of the kind {name!r} does not answer for {task.replace('_', ' ')}; this does: "
        f"{others}, and `kerastl.load_bundle`. Received: {name!r}"
    )


def receivers_folder() -> Path:
    """Return the folder of the receivers; see `carried_folder`."""
    return carried_folder("export", "apps")
