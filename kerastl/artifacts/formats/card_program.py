"""The lines of a bundle's README that make a file's input tensors from the command line."""

from collections.abc import Mapping, Sequence
from typing import Any

# ONNX's name, and NumPy's own for the same type.
_NUMPY = {"float": "float32"}
# Pillow tries many other decoders if none are named.
_FORMATS = '("BMP", "GIF", "JPEG", "PNG", "WEBP")'


def tensor_program(
    inputs: Mapping[str, Mapping[str, Any]], imports: Sequence[str], load: str, run: str
) -> list[str]:
    """Write a program that reads images or token ids from the command line and runs a file.

    The inputs of other models are zeros in it.

    Args:
        inputs: The file's inputs by name, with `shape` and `dtype`.
        imports: Lines that import what runs the file.
        load: The line that loads the file.
        run: The line that prints the scores of the inputs, which are variables of the same names.

    Returns:
        Lines of Markdown: a code block and what the command line takes.
    """
    types = {name: _NUMPY.get(each["dtype"], each["dtype"]) for name, each in inputs.items()}
    if "pixels" in inputs:
        _, height, width, channels = inputs["pixels"]["shape"]
        mode = "RGB" if channels == 3 else "L"
        takes = "the names of image files"
        imports = [*imports, "from PIL import Image"]
        read = [
            "for name in sys.argv[1:]:",
            f'    image = Image.open(name, formats={_FORMATS}).convert("{mode}")',
            f"    image = image.resize(({width}, {height}), Image.Resampling.BILINEAR)",
            f'    pixels = np.asarray(image, "{types["pixels"]}")',
            f"    pixels = pixels.reshape(1, {height}, {width}, {channels})",
            f"    {run}",
        ]
    elif "token_ids" in inputs:
        length = inputs["token_ids"]["shape"][1]
        takes = "the token ids of one text, special tokens included"
        # An ONNX file reads any number of tokens.
        read = [
            "ids = [int(word) for word in sys.argv[1:]]",
            f"length = {'len(ids)' if length is None else length}",
            "padded = [*ids, *[0] * length][:length]",
            f'token_ids = np.array([padded], "{types["token_ids"]}")',
            f'padding_mask = np.array([np.arange(length) < len(ids)], "{types["padding_mask"]}")',
            # Segments of a pair of texts: there is one text.
            *(
                f'{name} = np.zeros((1, length), "{types[name]}")'
                for name in inputs
                if name not in ("token_ids", "padding_mask")
            ),
            run,
        ]
    else:
        takes = "nothing: put your numbers in place of the zeros"
        shapes = {
            name: tuple(size or 1 for size in tensor["shape"]) for name, tensor in inputs.items()
        }
        read = [
            *(f'{name} = np.zeros({shapes[name]}, "{types[name]}")' for name in inputs),
            run,
        ]
    return [
        f"The command line takes {takes}:",
        "",
        "```python",
        "import sys",
        "",
        "import numpy as np",
        *imports,
        "",
        load,
        *read,
        "```",
    ]
