"""Make the images of docs/images: an inspection, the worst mistakes, a report.

    KERASTL_SHARED=... python benchmarks/doc_images.py [--out docs/images]

The photos are the handwritten digits of scikit-learn, with some labels changed. The pages are
photographed in headless Chromium, which must be on the path.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from PIL import Image
from shared_folder import image_backbone

import kerastl as ktl

_WIDTH = 1280
_HEIGHTS = {"inspect": 1120, "report": 1240}
_SHOWN_WIDTH = 960
_COLOURS = 64


def digits(folder: Path) -> Path:
    """Write 600 digits as images, 12 of them in a wrong folder, and copies of three."""
    from sklearn.datasets import load_digits

    read = load_digits()
    generator = np.random.default_rng(0)
    wrong = set(generator.permutation(600)[:12].tolist())
    for number in range(600):
        label = int(read.target[number])
        given = (label + int(generator.integers(1, 10))) % 10 if number in wrong else label
        pixels = (255 - read.images[number] * 15.9).astype("uint8")
        image = Image.fromarray(pixels).resize((96, 96), Image.Resampling.BICUBIC)
        for copy in range(2 if number < 3 else 1):
            path = folder / str(given) / f"{number:03d}{'b' * copy}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            image.save(path)
    return folder


def photograph(page: Path, height: int, image: Path) -> None:
    """Open a page in Chromium, and write what its window shows."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("install chromium")
    subprocess.run(
        [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            f"--screenshot={image}", f"--window-size={_WIDTH},{height}", page.resolve().as_uri(),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    smaller(image)


def smaller(image: Path) -> None:
    """Reduce the width and the colours of an image file."""
    picture = Image.open(image).convert("RGB")
    picture.thumbnail((_SHOWN_WIDTH, picture.height), Image.Resampling.LANCZOS)
    picture.quantize(_COLOURS).save(image, optimize=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = ktl.data.image_folder(
            digits(Path(folder) / "digits"), validation_split=0.2, test_split=0.2, seed=0
        )
        backbone = image_backbone("MobileNetV2 0.35")
        page = data.inspect(backbone).write_page(Path(folder) / "inspect.html", "digits")
        photograph(page, _HEIGHTS["inspect"], chosen.out / "inspect.png")
        recipe = ktl.ImageClassification(backbone, image_size=96, augmentation="no_flip")
        recipe.fit(data, "feature_extraction", run_dir=Path(folder) / "digits-run")
        report = Path(folder) / "digits-run" / "report.html"
        photograph(report, _HEIGHTS["report"], chosen.out / "report.png")
        recipe.evaluate(data.test).plot_worst(8, chosen.out / "worst.png")
        smaller(chosen.out / "worst.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
