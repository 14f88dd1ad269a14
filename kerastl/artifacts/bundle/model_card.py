"""The README of a bundle, written from the run."""

from typing import Any

from kerastl.artifacts.bundle.bundle import Bundle


def model_card(bundle: Bundle, description: dict[str, Any]) -> str:
    """Tell in Markdown what the model does, how well, and how to load it.

    After Mitchell et al., "Model Cards for Model Reporting", 2019, with what an export knows.

    Args:
        bundle: What `export` made.
        description: What `kerastl.json` holds.

    Returns:
        The text.
    """
    data = description["data"]
    head, *rows = bundle.table()
    lines = [
        f"# {bundle.directory.name}",
        "",
        f"{bundle.task.replace('_', ' ').capitalize()}"
        + (f", classes: {', '.join(bundle.labels)}." if bundle.labels else "."),
        "",
        f"{bundle.figure.capitalize()} of the model: {bundle.model_accuracy:.3f} on "
        f"{bundle.examples} held-out examples ({_counts(data['held_out'])}). "
        + _calibration(data["calibration_examples"])
        + f"The model has {data['parameters']:,} parameters.",
        "",
        "## Use",
        "",
        *_use(bundle, description),
        "",
        "## Files, each compared with the model",
        "",
        _line(head),
        _line(tuple("---" for _ in head)),
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


def _use(bundle: Bundle, description: dict[str, Any]) -> list[str]:
    lite = [a for a in bundle.artifacts if a.kept and a.name.startswith("tflite/")]
    if lite:
        # The fastest of those that were measured here and answer in real numbers.
        best = min(lite, key=lambda a: (a.name.endswith("_io"), a.latency_ms or 0.0))
        assert best.path is not None
        path = best.path.as_posix()
        inputs = description["tflite"][path]["inputs"]
        arguments = ", ".join(f"{name}={name}" for name in inputs)
        shapes = ", ".join(
            f"`{name}` a {told['dtype']} array of shape {tuple(told['shape'])}"
            for name, told in inputs.items()
        )
        return [
            f"With {shapes}:",
            "",
            "```python",
            "from ai_edge_litert.interpreter import Interpreter",
            f'run = Interpreter("{path}").get_signature_runner()',
            f'scores = run({arguments})["scores"]',
            "```",
        ]
    kept = [a for a in bundle.artifacts if a.kept and a.path is not None]
    if not kept:
        return ["No file passed the bounds."]
    assert kept[0].path is not None
    if kept[0].name == "onnx":
        inputs = description["onnx"]["inputs"]
        named = ", ".join(f'"{name}": {name}' for name in inputs)
        return [
            f"With {', '.join(f'`{name}`' for name in inputs)} as `kerastl.json` describes:",
            "",
            "```python",
            "import onnxruntime",
            f'session = onnxruntime.InferenceSession("{kept[0].path.as_posix()}")',
            f'(scores,) = session.run(["scores"], {{{named}}})',
            "```",
        ]
    (name,) = description["saved_model"]["signatures"]["serving_default"]["inputs"]
    return [
        f"With `{name}` a list of {'encoded images' if 'bytes' in name else 'texts'}:",
        "",
        "```python",
        "import tensorflow as tf",
        f'serve = tf.saved_model.load("{kept[0].path.as_posix()}").signatures["serving_default"]',
        f'scores = serve({name}=tf.constant({name}))["scores"]',
        "```",
    ]


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {label}" for label, count in counts.items())


def _calibration(count: int | None) -> str:
    if count is None:
        return ""
    return f"Integer files were calibrated on {count} training examples. "


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
