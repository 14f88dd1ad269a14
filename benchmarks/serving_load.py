"""Load a served bundle with good and hostile requests at the same time.

    python benchmarks/serving_load.py                           # photos, 16 threads, 10 minutes
    python benchmarks/serving_load.py --modality text --seconds 60 --share 0.2

A server's process loads the SavedModel with TensorFlow's C library, the loader of TensorFlow
Serving, and many threads ask it: first good requests only, then with hostile ones among them, for
the same time. Both times are of one run, so their ratio does not depend on the machine's speed. The
exit status is 1 for a wrong answer, memory that grows, or a p99 more than twice as long.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hostile_requests import Request, hostile_images, hostile_texts
from machine import machine
from shared_folder import image_weights, minilm, shared

import kerastl as ktl
from kerastl.artifacts.serving import c_session
from kerastl.artifacts.serving.operations import linked_libraries, served_operations
from kerastl.artifacts.serving.server_process import c_library, plan
from kerastl.artifacts.serving.signature import ServedSignature

WORKER = Path(__file__).with_name("load_worker.py")
MOST_SLOWER = 2.0
# Of the memory after the good requests.
MOST_GROWTH = 0.1
GOOD = 8


def photos(folder: Path) -> tuple[Path, list[Request], list[Request]]:
    """Export a classifier of photos; return the SavedModel, good and hostile requests."""
    test = shared() / "images" / "trashnet6_subset" / "test"
    data = ktl.data.image_folder(test, validation_split=0.4, seed=0)
    weights = str(image_weights("MobileNetV2 0.35"))
    recipe = ktl.ImageClassification(ktl.backbone("mobilenet_v2", alpha=0.35, weights=weights))
    recipe.fit(data, "feature_extraction", seed=0, verbose=0)
    bundle = recipe.export(folder / "bundle", formats=("saved_model",), max_drop=None)
    files = sorted(test.rglob("*.jpg"))[:: len(sorted(test.rglob("*.jpg"))) // GOOD][:GOOD]
    good = [Request(path.name, [path.read_bytes()], [False]) for path in files]
    return bundle.path("saved_model"), good, hostile_images(good[0].raw[0], recipe.image_size)


def sentences(folder: Path) -> tuple[Path, list[Request], list[Request]]:
    """Export a classifier of sentences; return the SavedModel, good and hostile requests."""
    texts = [f"{mood} {thing}{end}" for mood in ("A fine", "A dull", "A warm", "A poor")
             for thing in ("film", "play", "story") for end in (".", "!", ", really.")]  # fmt: skip
    labels = ["good" if text.split()[1] in ("fine", "warm") else "bad" for text in texts]
    data = ktl.data.arrays(texts, labels, validation_split=0.25, seed=0)
    recipe = ktl.TextClassification("bert", weights=str(minilm()), sequence_length=128)
    recipe.fit(data, "feature_extraction", seed=0, verbose=0)
    bundle = recipe.export(folder / "bundle", formats=("saved_model",), max_drop=None)
    good = [Request(text, [text.encode()], [False]) for text in texts[:GOOD]]
    return bundle.path("saved_model"), good, hostile_texts(good[0].raw[0], 128)


MODALITIES = {"image": photos, "text": sentences}


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Export, start the server's process and return what it saw."""
    library = c_library()
    if library is None:
        raise SystemExit("this TensorFlow package has no C library: run it on Linux")
    with tempfile.TemporaryDirectory() as folder:
        path, good, hostile = MODALITIES[given.modality](Path(folder))
        libraries = linked_libraries(served_operations(path))
        plans = {
            name: plan(path, ServedSignature.read(path, name), libraries, library)
            for name in ("serving_default", "tensors")
        }
        content = {
            **plans["serving_default"],
            "program": c_session.__file__,
            "signatures": plans,
            "good": [request.to_json() for request in good],
            "hostile": [request.to_json() for request in hostile],
            "threads": given.threads,
            "seconds": given.seconds,
            "warm_up": min(10.0, given.seconds),
            "share": given.share,
        }
        (Path(folder) / "plan.json").write_text(json.dumps(content), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-P", str(WORKER), str(Path(folder) / "plan.json")],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
        )  # fmt: skip
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def report(seen: dict[str, Any]) -> bool:
    """Print what was seen; return whether every bound is kept."""
    before, after = seen["without"], seen["with"]
    for name, phase in (("good requests only", before), ("with hostile requests", after)):
        print(
            f"{name}: {phase['good']} good, {phase['hostile']} hostile, "
            f"{len(phase['wrong'])} wrong answers; good requests p50 {1e3 * phase['p50']:.1f} ms, "
            f"p99 {1e3 * phase['p99']:.1f} ms; memory at the end {phase['memory']:.0f} MB"
        )
    for name, median in after["medians"].items():
        print(f"  {name}: median {1e3 * median:.1f} ms")
    slower = after["p99"] / before["p99"]
    growth = after["memory"] / before["memory"] - 1
    wrong = sorted({*before["wrong"], *after["wrong"]})
    print(f"memory at the start {seen['start']:.0f} MB, at most {seen['peak']:.0f} MB")
    print(f"p99 with hostile requests: {slower:.2f} times as long, bound {MOST_SLOWER:g}")
    print(f"growth of memory: {growth:.1%}, bound {MOST_GROWTH:.0%}")
    print(f"wrong answers: {', '.join(wrong) or 'none'}")
    return not wrong and slower <= MOST_SLOWER and growth <= MOST_GROWTH


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--modality", choices=MODALITIES, default="image")
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=600.0, help="of each of the two times")
    parser.add_argument("--share", type=float, default=0.1, help="of hostile requests")
    given = parser.parse_args()
    print(machine())
    print(
        f"{given.modality}, {given.threads} threads, {given.seconds:g} s, {given.share:g} hostile"
    )
    return 0 if report(measure(given)) else 1


if __name__ == "__main__":
    sys.exit(main())
