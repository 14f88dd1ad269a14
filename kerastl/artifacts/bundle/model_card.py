"""The README of a bundle: the model card."""

from collections.abc import Sequence
from typing import Any

from kerastl.artifacts.bundle.bundle import Bundle
from kerastl.artifacts.bundle.markup import markdown_text
from kerastl.data.texts.cut_texts import kept_tokens


def model_card(bundle: Bundle, description: dict[str, Any], use: Sequence[str]) -> str:
    """Write a model card in Markdown: task, metrics, use and files.

    After Mitchell et al., "Model Cards for Model Reporting", 2019.

    Args:
        bundle: The bundle.
        description: The content of `kerastl.json`.
        use: Lines that load and run the files; empty if every file was refused.

    Returns:
        The text of `README.md`.
    """
    data = description["data"]
    head, *rows = bundle.table()
    labels = ", ".join(map(markdown_text, bundle.labels))
    lines = [
        f"# {markdown_text(bundle.directory.name)}",
        "",
        f"{bundle.task.replace('_', ' ').capitalize()}"
        + (f", classes: {labels}." if labels else "."),
        "",
        f"{markdown_text(bundle.metric.capitalize())} of the model: {bundle.model_accuracy:.3f} on "
        f"{bundle.examples} held-out examples ({_counts(data['held_out'])}). "
        + _calibration(data["calibration_examples"])
        + f"The model has {data['parameters']:,} parameters.",
        "",
        *_note(bundle),
        *_raw_images(description["preprocessing"]),
        *_long_texts(description["preprocessing"]),
        "## Use",
        "",
        *_with_kerastl(bundle, description["preprocessing"]),
        *(use or ["No file passed the bounds."]),
        "",
        "## Files, each compared with the model",
        "",
        _line(head),
        "| --- " * len(head) + "|",
        *map(_line, rows),
        "",
        f"Agreement is the share of {description['agreement']}, max diff the largest "
        "difference of any score. `kerastl.json` holds signatures and preprocessing, "
        "`SHA256SUMS` is checked with `sha256sum --check SHA256SUMS`.",
        "",
        "Versions: "
        + ", ".join(f"{name} {number}" for name, number in description["versions"].items())
        + ".",
        "",
    ]
    return "\n".join(lines)


def _with_kerastl(bundle: Bundle, preprocessing: dict[str, Any]) -> list[str]:
    """Return a program that prints answers with labels, where `load_bundle` reads the bundle."""
    is_text = preprocessing.get("kind") == "text"
    has_file = any(each.kept and each.name.startswith("tflite/") for each in bundle.artifacts)
    # A WordPiece tokenizer alone has this setting, and `load_bundle` reads no other.
    if not has_file or (is_text and "lowercase" not in preprocessing):
        return []
    return [
        f"The command line takes {'texts' if is_text else 'the names of image files'}. kerastl "
        "answers with a LiteRT file, and imports neither TensorFlow nor Keras:",
        "",
        "```python",
        "import sys",
        "",
        "import kerastl as ktl",
        "",
        'for answer in ktl.load_bundle(".").predict(sys.argv[1:]):',
        "    print(answer)",
        "```",
        "",
        "`kerastl app KIND DIRECTORY --bundle .` writes a web page, a server or a program for "
        "phones. Without kerastl, files give scores:",
        "",
    ]


def _note(bundle: Bundle) -> list[str]:
    if bundle.note is None:
        return []
    return [
        f"Note on the held-out examples: {markdown_text(bundle.note)}. Agreement and loss compare "
        "each file with the model itself on the same examples.",
        "",
    ]


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {markdown_text(label)}" for label, count in counts.items())


def _calibration(count: int | None) -> str:
    if count is None:
        return ""
    return f"Integer files were calibrated on {count} training examples. "


def _raw_images(preprocessing: dict[str, Any]) -> list[str]:
    if "max_pixels" not in preprocessing:
        return []
    limit = (
        f"Raw images have at most {preprocessing['max_pixels']:,} pixels, all frames of a GIF "
        "counted. Larger ones are not decoded."
    )
    return [limit, "", *_raw_range(preprocessing)]


def _raw_range(preprocessing: dict[str, Any]) -> list[str]:
    if "pixel_range" not in preprocessing:
        return []
    black, white = preprocessing["pixel_range"]
    return [
        f"Raw images were declared with {black:g} as black and {white:g} as white. The SavedModel "
        "reads PNG files that way, except files of 8 bits with a value outside this range. Every "
        "other file takes pixels from 0 to 255: scale raw values first.",
        "",
    ]


def _long_texts(preprocessing: dict[str, Any]) -> list[str]:
    if preprocessing.get("kind") != "text":
        return []
    kept = kept_tokens(preprocessing["kept_at_start"], preprocessing["kept_at_end"])
    return [
        f"The files read {preprocessing['sequence_length']} tokens, special tokens included; of a "
        f"longer text they read {kept}.",
        "",
    ]


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(markdown_text(cell) for cell in cells) + " |"
