"""The table of export formats."""

from kerastl.artifacts.formats.format import Format
from kerastl.artifacts.formats.litert import LiteRTFormat
from kerastl.artifacts.formats.onnx import OnnxFormat
from kerastl.artifacts.formats.saved_model import SavedModelFormat

# By name, in the order of the report.
FORMATS: dict[str, Format] = {
    each.name: each for each in (SavedModelFormat(), LiteRTFormat(), OnnxFormat())
}
DEFAULT_FORMATS = ("saved_model", "tflite")
