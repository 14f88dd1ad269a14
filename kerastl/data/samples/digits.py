"""Digits: printed ones, drawn with fonts, and handwritten ones."""

from pathlib import Path

import numpy as np

from kerastl.basics.arguments import check_count

_SIZE = 32
_DETAIL = 8


def handwritten_digits() -> tuple[np.ndarray, np.ndarray]:
    """Read the 1,797 handwritten digits of scikit-learn.

    They are from "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak 1998), 8 by 8
    pixels, here enlarged to 32 by 32.

    Returns:
        Images, uint8 of shape `(1797, 32, 32)` with white digits on black, and labels from 0 to 9,
        shape `(1797,)`.

    Example:

    ```python
    images, labels = ktl.data.samples.handwritten_digits()
    data = ktl.data.arrays(images, labels, validation_split=0.1, test_split=0.2)
    ```
    """
    from PIL import Image
    from sklearn.datasets import load_digits

    digits = load_digits()
    small = (digits.images * (255 / 16)).astype("uint8")
    large = [np.asarray(Image.fromarray(image).resize((_SIZE, _SIZE))) for image in small]
    return np.stack(large), digits.target.astype("int64")


def printed_digits(count: int = 6000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw digits with the fonts of matplotlib, slightly shifted and rotated.

    They have the size and the level of detail of `handwritten_digits`, so that a network can be
    pre-trained on them.

    Args:
        count: Number of images. Defaults to 6000.
        seed: Seed of digits, fonts and places. Defaults to 0.

    Returns:
        Images, uint8 of shape `(count, 32, 32)`, and labels from 0 to 9, shape `(count,)`.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise ImportError(
            "Printed digits are drawn with the fonts of matplotlib: pip install 'kerastl[plots]'. "
            "Received: no matplotlib"
        ) from error
    from PIL import Image, ImageDraw, ImageFont

    check_count("count", count)
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    fonts = sorted(str(font) for font in folder.glob("DejaVu*.ttf") if "Display" not in font.name)
    generator = np.random.default_rng(seed)
    images = np.zeros((count, _SIZE, _SIZE), "uint8")
    labels = generator.integers(0, 10, count)
    for image, label in zip(images, labels, strict=True):
        font = ImageFont.truetype(str(generator.choice(fonts)), int(generator.integers(30, 42)))
        canvas = Image.new("L", (_SIZE, _SIZE))
        place = _SIZE / 2 + generator.uniform(-2, 2, size=2)
        ImageDraw.Draw(canvas).text(tuple(place), str(label), 255, font, anchor="mm")
        turned = canvas.rotate(generator.uniform(-15, 15), Image.Resampling.BILINEAR)
        coarse = turned.resize((_DETAIL, _DETAIL), Image.Resampling.BOX)
        image[:] = np.asarray(coarse.resize((_SIZE, _SIZE)))
    return images, labels
