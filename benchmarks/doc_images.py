"""Make the images of docs/images: an inspection, the worst mistakes, a report, a page to try.

    KERASTL_SHARED=... python benchmarks/doc_images.py [--out docs/images]

The photos are the handwritten digits of scikit-learn, with some labels changed. The pages are
photographed in headless Chromium, which must be on the path. The page to try needs Node.js and the
packages of export/web, too: make web.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from PIL import Image
from shared_folder import image_backbone

import kerastl as ktl
from kerastl.answering.trying.corrections import ImageCorrections
from kerastl.answering.trying.handler import TryHandler
from kerastl.answering.trying.server import TryServer
from kerastl.answering.trying.tried_model import TriedModel

_ROOT = Path(__file__).resolve().parents[1]
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


def chromium() -> str:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("install chromium")
    return program


def photograph(page: Path, height: int, image: Path) -> None:
    """Open a page in Chromium, and write what its window shows."""
    subprocess.run(
        [
            chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            f"--screenshot={image}", f"--window-size={_WIDTH},{height}", page.resolve().as_uri(),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    smaller(image)


def photograph_try(recipe: ktl.Recipe, inputs: list[str], folder: Path, image: Path) -> None:
    """Answer images on the page of `kerastl try`, correct the last one, and write what it shows."""
    # The page shows the path of the folder.
    corrections = ImageCorrections(Path("corrections"), recipe.class_names)
    model = TriedModel(recipe, "digits")
    model.warm_up()
    server = TryServer(0, TryHandler, model, corrections)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    driver = _ROOT / "tests" / "answering" / "trying" / "use_page.mjs"
    modules = _ROOT / "export" / "web" / "node_modules"
    with contextlib.chdir(folder):
        subprocess.run(
            ["node", driver, modules, chromium(), server.address, folder, "images", *inputs],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
    server.stop()
    shutil.copy(folder / "light-1280.png", image)
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
        inputs = [str(data.test.name(index)) for index in range(2)]
        photograph_try(recipe, inputs, Path(folder), chosen.out.resolve() / "try.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
