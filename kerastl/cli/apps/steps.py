"""What the README of an app tells: the commands that run it, and what was not tested."""

from __future__ import annotations

from typing import Any

_PROGRAMS = {"object_detection": "detect.py", "token_classification": "entities.py"}


def steps(kind: str, model: str, description: dict[str, Any]) -> list[str]:
    """Return the lines of a README after its first paragraph.

    Args:
        kind: The kind of app.
        model: Name of its LiteRT file.
        description: The bundle's `kerastl.json`.
    """
    is_text = description["preprocessing"]["kind"] == "text"
    example = '"A short text."' if is_text else "photo.jpg"
    program = _PROGRAMS.get(description["task"], "classify.py")
    lines = {
        "web": [
            *_block(
                "npm ci --omit=dev --ignore-scripts",
                "python -m http.server 8000",
            ),
            "Open <http://localhost:8000>. Node.js is needed once, to fetch the runtime. After "
            "that, no other server is contacted, and no input leaves the browser. To publish the "
            "app, copy this folder with `node_modules/@litertjs` to an https address: browsers "
            "allow the camera, and the use without a connection, on https and on localhost only.",
            "",
            "A browser can install the app. It answers without a connection after the first visit. "
            "After you replace the folder by an app with another model, the page offers the new "
            "version when it is opened again.",
        ],
        "python": [
            *_block(
                "pip install ai-edge-litert numpy pillow",
                f"python {program} {model} {example}",
            ),
            "Neither TensorFlow nor Keras is needed. Labels and preprocessing are in the file.",
        ],
        "mediapipe": [
            *_block("pip install mediapipe", f"python classify.py {model} {example}"),
            "MediaPipe resizes images with its own filter, so that a few answers differ. "
            "MediaPipe Tasks for Android, iOS and the web take the same file.",
        ],
        "android": [
            f"Add `ImageClassifier.kt` to an Android project, and `{model}` and `labels.txt` to "
            "`src/main/assets/`. The head of the source names the library.",
            *_MOBILE,
        ],
        "ios": [
            f"Add `ImageClassifier.swift`, `{model}` and `labels.txt` to an Xcode project. The "
            "head of the source names the library.",
            *_MOBILE,
        ],
        "serving": [
            *_block(
                'MODELS="$PWD/models" docker compose up --wait',
                f"python client.py . {example}",
            ),
            "The first command starts TensorFlow Serving and returns once the model answers. "
            "`kerastl serve BUNDLE` answers the same requests without TensorFlow. The container "
            "was not started where this was made.",
        ],
    }
    return lines[kind]


_MOBILE = [
    "",
    "The source was not compiled where it was made. The platform resizes images with its own "
    "filter: measure on photos of the device before you rely on the bundle's metrics.",
]


def _block(*commands: str) -> list[str]:
    return ["```bash", *commands, "```", ""]
