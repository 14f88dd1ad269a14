"""Measure how memory grows with the examples when a linear probe is fitted.

    python benchmarks/feature_memory.py [--few 2000] [--many 20000]

Generated 96 x 96 images in files; `FeatureExtraction` on MobileNet with alpha 0.25 and random
weights, features kept in memory. Each size runs in a process of its own. What is counted is
anonymous memory (RssAnon of /proc/self/status), sampled every 10 ms: what the process has
allocated, without files that are mapped or cached. The whole resident peak (VmHWM) is shown
beside it. The metrics are kept in docs/feature-memory.md. The exit status is 1 if the peak for many
images is more than 300 MB (10^6 bytes) above that for few.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from machine import machine

LARGEST_GROWTH = 300  # MB
CLASSES = 5
_PAGE = Path(__file__).parents[1] / "docs" / "feature-memory.md"


def write_images(folder: Path, count: int) -> None:
    """Write images whose class shows in their colour."""
    import numpy as np
    from PIL import Image

    random = np.random.default_rng(0)
    colours = random.integers(40, 215, (CLASSES, 3))
    for label in range(CLASSES):
        (folder / f"class {label}").mkdir(parents=True)
    for i in range(count):
        label = i % CLASSES
        coarse = random.normal(colours[label], 40, (6, 6, 3)).clip(0, 255).astype(np.uint8)
        image = Image.fromarray(coarse).resize((96, 96), Image.Resampling.BICUBIC)
        image.save(folder / f"class {label}" / f"{i:06}.jpg", quality=85)


def status(name: str) -> int:
    """Read a value of /proc/self/status in kB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise SystemExit(f"this system does not report {name}: run on Linux")


def measure(folder: str) -> None:
    """Fit a linear probe on the images of a folder and print peaks in MB."""
    import kerastl as ktl

    data = ktl.data.image_folder(folder, validation_split=0.1, seed=0)
    backbone = ktl.backbone("mobilenet", alpha=0.25, weights=None)
    recipe = ktl.ImageClassification(backbone, image_size=(96, 96))
    peak, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            peak[0] = max(peak[0], status("RssAnon"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        recipe.fit(data, "feature_extraction", batch_size=32, verbose=0)
    finally:
        done.set()
        watcher.join()
    size = 4 * len(data.train) * recipe.model.get_layer("pooling").output.shape[-1]
    metrics = {
        "anonymous": peak[0] * 1024 / 1e6,
        "resident": status("VmHWM") * 1024 / 1e6,
        "features": size / 1e6,
        "accuracy": recipe.history.history["val_accuracy"][0],
    }
    print(json.dumps(metrics))


def in_a_process(folder: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", str(folder)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(output.splitlines()[-1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--few", type=int, default=2_000)
    parser.add_argument("--many", type=int, default=20_000)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
        return 0
    peaks, rows = [], []
    for count in (options.few, options.many):
        with tempfile.TemporaryDirectory() as folder:
            write_images(Path(folder), count)
            metrics = in_a_process(Path(folder))
        peaks.append(metrics["anonymous"])
        cells = [f"{metrics[name]:,.0f}" for name in ("anonymous", "resident", "features")]
        rows.append(" | ".join([f"| {count:,}", *cells, f"{metrics['accuracy']:.3f} |"]))
    growth = peaks[1] - peaks[0]
    met = growth <= LARGEST_GROWTH
    lines = [
        "# Memory of a linear probe, measured",
        "",
        "`python benchmarks/feature_memory.py`: the peak of a process that fits a linear probe on",
        "MobileNet 0.25 and generated images of 96 x 96 pixels, features in memory. Anonymous",
        f"memory grows by {growth:,.0f} MB; the target is at most {LARGEST_GROWTH} MB: "
        f"{'met' if met else 'missed'}.",
        f"Measured on {machine()}.",
        "",
        "| images | anonymous, MB | resident, MB | features, MB | validation accuracy |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]
    _PAGE.write_text("\n".join(lines), "utf-8")
    print(*lines, sep="\n")
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
