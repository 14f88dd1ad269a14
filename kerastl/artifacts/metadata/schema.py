"""The part of TFLite's metadata schema that classifiers use.

Source: `metadata_schema.fbs` 1.5.0 of MediaPipe (Apache-2.0), which its wheel carries in
`mediapipe/tasks/metadata/`.
"""

from enum import IntEnum

from flatbuffers import number_types

from kerastl.artifacts.metadata.flat_tables import Floats, Many, Number, One, Table, Text, Union

IDENTIFIER = b"M001"
NAME = "TFLITE_METADATA"
"""Name of the metadata entry in a `.tflite` file."""


class FileType(IntEnum):
    """The purpose of an associated file."""

    DESCRIPTIONS = 1
    TENSOR_AXIS_LABELS = 2
    VOCABULARY = 5


class ColorSpace(IntEnum):
    """The order of an image's channels."""

    RGB = 1


_BYTE = number_types.Int8Flags
_UINT = number_types.Uint32Flags

ASSOCIATED_FILE = Table(name=Text(), description=Text(), type=Number(_BYTE))

_SIZE = Table(width=Number(_UINT), height=Number(_UINT))
_IMAGE = Table(color_space=Number(_BYTE), default_size=One(_SIZE))
_CONTENT = Table(content_properties=Union(FeatureProperties=Table(), ImageProperties=_IMAGE))

_PROCESS_UNIT = Table(
    options=Union(
        NormalizationOptions=Table(mean=Floats(), std=Floats()),
        ScoreCalibrationOptions=None,
        ScoreThresholdingOptions=None,
        BertTokenizerOptions=Table(vocab_file=Many(ASSOCIATED_FILE)),
    )
)

_TENSOR = Table(
    name=Text(),
    description=Text(),
    dimension_names=None,
    content=One(_CONTENT),
    process_units=Many(_PROCESS_UNIT),
    stats=One(Table(max=Floats(), min=Floats())),
    associated_files=Many(ASSOCIATED_FILE),
)

_SUBGRAPH = Table(
    name=Text(),
    description=Text(),
    input_tensor_metadata=Many(_TENSOR),
    output_tensor_metadata=Many(_TENSOR),
    associated_files=Many(ASSOCIATED_FILE),
    input_process_units=Many(_PROCESS_UNIT),
)

MODEL = Table(
    name=Text(),
    description=Text(),
    version=Text(),
    subgraph_metadata=Many(_SUBGRAPH),
    author=Text(),
    license=Text(),
    associated_files=Many(ASSOCIATED_FILE),
    min_parser_version=Text(),
)
