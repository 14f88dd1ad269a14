"""Time an export against that of another checkout, with the same data, weights and files.

    KERASTL_SHARED=... python benchmarks/export_time.py --before CHECKOUT [--write PAGE]

Both checkouts run one after the other, in processes of their own and in this environment. A
recipe is fitted as a linear probe, which is not timed, and exported with the default files.
Seconds are from the call to its end; processor seconds include those of child processes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import machine
from shared_folder import image_weights, minilm, shared

ROOT = Path(__file__).resolve().parents[1]
_PROGRAM = """
import json, os, resource, sys, time
import kerastl as ktl
kind, data, weights, out = sys.argv[1:]
if kind == "photos":
    data = ktl.data.image_folder(data, validation_split=0.2, seed=0)
    backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=weights)
    recipe = ktl.ImageClassification(backbone)
else:
    data = ktl.data.csv(data, text="text", label="label", validation_split=0.2, seed=0)
    recipe = ktl.TextClassification("bert", weights=weights, sequence_length=64)
recipe.fit(data, "feature_extraction", verbose=0)

def processor():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime

seconds, used = time.perf_counter(), processor()
bundle = recipe.export(out, data=data, max_drop=None)
seconds, used = time.perf_counter() - seconds, processor() - used
print(json.dumps([seconds, used, len(bundle.artifacts)]))
"""


def run(checkout: Path, *given: str | Path) -> list[float]:
    """Return seconds, processor seconds and the number of files of one export."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "TF_CPP_MIN_LOG_LEVEL": "3"}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-P", "-c", _PROGRAM, *map(str, given), f"{folder}/bundle"]
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def sentences(folder: Path) -> Path:
    """Write 1,000 sentences of rt-polarity as a table."""
    path = folder / "sentences.csv"
    rows = ["text,label"]
    for name, label in (("pos", "positive"), ("neg", "negative")):
        file = next((shared() / "text" / "rt_polarity").rglob(f"*.{name}"))
        for line in file.read_text("latin-1").splitlines()[:500]:
            quoted = line.strip().replace('"', "'")
            rows.append(f'"{quoted}",{label}')
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--before", type=Path, required=True, help="a checkout to compare with")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", type=Path, help="a Markdown file for the table")
    options = parser.parse_args()
    revision = subprocess.run(
        ["git", "-C", options.before, "rev-parse", "--short", "HEAD"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    lines = [
        "# Time of an export, measured",
        "",
        "`python benchmarks/export_time.py --before CHECKOUT`: the default files of a linear",
        f"probe, exported by this version and by revision {revision}, alternately. Medians of",
        f"{options.repeats} runs in seconds, and in processor seconds with child processes.",
        f"{machine()}.",
        "",
        "| data, backbone | before | now | ratio | before, processor | now, processor | ratio |",
        "|---|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        photos = shared() / "images" / "trashnet6_subset"
        for name, *given in (
            ("trashnet6, MobileNetV2 0.35", "photos", photos, image_weights("MobileNetV2 0.35")),
            ("rt-polarity, MiniLM", "texts", sentences(Path(folder)), minilm()),
        ):
            found: dict[Path, list[list[float]]] = {options.before: [], ROOT: []}
            for _ in range(options.repeats):
                for checkout, rows in found.items():
                    rows.append(run(checkout.resolve(), *given))
                    print(name, checkout.name, *rows[-1], flush=True)
            old, new = (
                [statistics.median(column) for column in zip(*rows, strict=True)][:2]
                for rows in found.values()
            )
            cells = [
                f"{value:.{digits}f}"
                for before, after in zip(old, new, strict=True)
                for value, digits in ((before, 1), (after, 1), (after / before, 2))
            ]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    text = "\n".join(lines) + "\n"
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
