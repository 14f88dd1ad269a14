"""The content of a `.tflite` file's metadata: descriptions and associated files."""

from __future__ import annotations

import json
from typing import Any

from kerastl.artifacts.bundle.description import describe
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.metadata.schema import ColorSpace, FileType
from kerastl.artifacts.readers.text_reader import TextReader
from kerastl.artifacts.unknown_output import MEANS
from kerastl.heads.unfamiliarity import UNFAMILIARITY
from kerastl.version import __version__

LABELS = "labels.txt"
VOCABULARY = "vocabulary.txt"
DESCRIPTION = "kerastl.json"

# MediaPipe finds the inputs of a BERT by these names.
_TOKENS = {
    "token_ids": ("ids", "Ids of the word pieces, including start and end token."),
    "padding_mask": ("mask", "1 for a token, 0 for padding."),
    "segment_ids": ("segment_ids", "All zeros: there is one text. No operator reads it."),
}
_FEATURES: dict[str, Any] = {"content_properties": {"FeatureProperties": {}}}
_LABELS = {
    "name": LABELS,
    "description": "Class names in the order of the scores, one a line.",
    "type": FileType.TENSOR_AXIS_LABELS,
}
_VOCABULARY = {
    "name": VOCABULARY,
    "description": "Word pieces in the order of their ids, one a line.",
    "type": FileType.VOCABULARY,
}
_DESCRIPTION = {
    "name": DESCRIPTION,
    "description": "Task, labels, preprocessing and versions.",
    "type": FileType.DESCRIPTIONS,
}


def make_files(exportable: Exportable) -> dict[str, bytes]:
    """Make the associated files: labels, description, and the vocabulary of a text model."""
    files = {
        LABELS: _lines(exportable.class_names),
        DESCRIPTION: json.dumps(describe(exportable), ensure_ascii=False).encode(),
    }
    pieces = word_pieces(exportable)
    if pieces is not None:
        files[VOCABULARY] = _lines(pieces)
    return files


def word_pieces(exportable: Exportable) -> list[str] | None:
    """List the vocabulary in the order of ids, or None if it is not WordPiece."""
    import keras_hub

    if not isinstance(exportable.reader, TextReader):
        return None
    tokenizer = exportable.reader.packer.tokenizer
    if not isinstance(tokenizer, keras_hub.tokenizers.WordPieceTokenizer):
        return None
    return list(tokenizer.get_vocabulary())


def reads_as_bert(exportable: Exportable) -> bool:
    """Return whether MediaPipe's BERT tokenizer gives the same tokens as the model's tokenizer.

    MediaPipe's always lowercases, keeps the first tokens of a long text, and puts `[CLS]` first
    and `[SEP]` last.
    """
    pieces = word_pieces(exportable)
    if pieces is None:
        return False
    described = exportable.reader.describe()
    ends = [pieces[described[end]] for end in ("start", "end")]
    as_bert = bool(described["lowercase"]) and ends == ["[CLS]", "[SEP]"]
    return as_bert and described["truncation"] == "head"


def describe_model(
    exportable: Exportable, inputs: dict[str, Any], outputs: dict[str, Any]
) -> dict[str, Any]:
    """Describe a file's tensors and associated files as the schema requires.

    Args:
        exportable: The model.
        inputs: Shape of each input, by name, in the order of the file.
        outputs: Shape of each output, likewise.

    Returns:
        Values of the schema's `ModelMetadata`.
    """
    subgraph: dict[str, Any] = {
        "input_tensor_metadata": [_input(name, shape) for name, shape in inputs.items()],
        "output_tensor_metadata": [_output(name, exportable) for name in outputs],
        "associated_files": [_DESCRIPTION],
    }
    bert = reads_as_bert(exportable)
    if bert:
        options = {"BertTokenizerOptions": {"vocab_file": [_VOCABULARY]}}
        subgraph["input_process_units"] = [{"options": options}]
    elif word_pieces(exportable) is not None:
        subgraph["associated_files"].append(_VOCABULARY)
    return {
        "name": exportable.task,
        "description": f"Made by kerastl {__version__}.",
        "subgraph_metadata": [subgraph],
        "min_parser_version": "1.1.0" if bert else "1.0.1",
    }


def _input(name: str, shape: tuple[int, ...]) -> dict[str, Any]:
    if name == "pixels":
        return _image(name, *shape[1:3])
    name, description = _TOKENS.get(name, (name, ""))
    return {"name": name, "description": description, "content": _FEATURES}


def _image(name: str, height: int, width: int) -> dict[str, Any]:
    size = {"width": width, "height": height}
    image = {"color_space": ColorSpace.RGB, "default_size": size}
    # Scaling is part of the graph: programs feed pixels unscaled.
    normalization = {"mean": [0.0], "std": [1.0]}
    return {
        "name": name,
        "description": "RGB pixels, 0 to 255.",
        "content": {"content_properties": {"ImageProperties": image}},
        "process_units": [{"options": {"NormalizationOptions": normalization}}],
        "stats": {"max": [255.0], "min": [0.0]},
    }


def _output(name: str, exportable: Exportable) -> dict[str, Any]:
    if name == UNFAMILIARITY:
        return {"name": name, "description": MEANS, "content": _FEATURES}
    described: dict[str, Any] = {
        "name": name,
        "description": exportable.measure.score_means,
        "content": _FEATURES,
    }
    if exportable.class_names:
        described["associated_files"] = [_LABELS]
    if exportable.measure.counts_examples:
        described["stats"] = {"max": [1.0], "min": [0.0]}
    return described


def _lines(lines: Any) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
