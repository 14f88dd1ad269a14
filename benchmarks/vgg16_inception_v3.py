"""Measure the main job on VGG16 and InceptionV3 with real weights: probe, tuning, export, int8.

    KERASTL_SHARED=... python benchmarks/vgg16_inception_v3.py [--networks VGG16 InceptionV3]
        [--seeds 0]

trashnet6: 450 photos to train and validate on, 150 for testing, the folder's own parts. Probe: the
linear probe on all stages. Tuned: then the last stage for three epochs on cached features, at the
rate that `fit` chooses for the network, kept where it lowers the validation loss. Every weight of
the frozen stages is compared with the file it was loaded from, bit by bit. The files of the
tuned recipe answer the test part; agreement is the share of photos that get the model's label.
Results are kept in benchmarks/results/vgg16-inception-v3.jsonl, where a later run adds to them or
replaces them; docs/vgg16-inception-v3.md is written from all of them. With `--seeds` left empty
nothing is measured.
"""

import argparse
import os
import tempfile
import time
from functools import partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from artifacts.latency import side_by_side
from machine import machine
from main_job import photos
from result_lines import FOLDER, read_lines, write_lines
from shared_folder import image_backbone
from spread import spread

import kerastl as ktl
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.training.freezing.freezing import stages

_PAGE = Path(__file__).resolve().parents[1] / "docs" / "vgg16-inception-v3.md"
_PATH = FOLDER / "vgg16-inception-v3.jsonl"
_VARIANTS = ("float32", "float16", "dynamic", "int8")
_NETWORKS = ("VGG16", "InceptionV3")
_ROUNDS = 10


def run(network: str, seed: int) -> list[dict]:
    """Measure one network on one draw."""
    data = photos(seed)
    recipe = ktl.ImageClassification(image_backbone(network))
    start = time.process_time()
    probe = recipe.fit(data, "feature_extraction", seed=seed, verbose=2)
    seconds = time.process_time() - start
    tested = recipe.evaluate(data.test).accuracy
    rows = [{"row": "probe", "accuracy": tested, "cpu_seconds": seconds}]
    print(network, seed, rows, probe.history, flush=True)
    last = recipe.backbone.stage_names[-1]
    before = {stage.name: stage.get_weights() for stage in stages(recipe.model)}
    start = time.process_time()
    tuning = ktl.Phase(f"from:{last}", epochs=3)
    history = recipe.fit(data, [tuning], seed=seed, verbose=2)
    seconds = time.process_time() - start
    changed = {
        stage.name: sum(
            not np.array_equal(old, new)
            for old, new in zip(before[stage.name], stage.get_weights(), strict=True)
        )
        for stage in stages(recipe.model)
    }
    accuracy = recipe.evaluate(data.test).accuracy
    rows.append(
        {
            "row": "tuned",
            "accuracy": accuracy,
            "cpu_seconds": seconds,
            "stage": last,
            "kept": history.kept,
            "losses": history.history["loss"],
            "changed_frozen_weights": sum(n for name, n in changed.items() if name != last),
            "frozen_weights": sum(len(each) for name, each in before.items() if name != last),
            "changed_tuned_weights": changed[last],
        }
    )
    print(network, seed, rows[-1], flush=True)
    with tempfile.TemporaryDirectory() as folder:
        bundle = recipe.export(
            Path(folder) / "bundle", quantize=_VARIANTS, max_drop=1.0, on_refused="report"
        )
        print(bundle, flush=True)
        rows += _files(recipe, bundle, data.test)
    return [{"network": network, "seed": seed, "machine": machine(), **row} for row in rows]


def _files(recipe: ktl.Recipe, bundle: ktl.artifacts.Bundle, split: ktl.data.Split) -> list[dict]:
    pixels, labels = zip(*recipe.batches(split).as_numpy_iterator(), strict=True)
    labels = np.concatenate(labels)
    expected = np.concatenate([recipe.model.predict_on_batch(each) for each in pixels]).argmax(1)
    files = {
        name: LiteRTModel(bundle.path(f"tflite/{name}").read_bytes(), threads=1)
        for name in _VARIANTS
        if bundle[f"tflite/{name}"].kept
    }
    calls = {
        name: partial(file.run, file.prepare({"pixels": pixels[0]}, 0))
        for name, file in files.items()
    }
    timed = side_by_side(calls, _ROUNDS)
    rows = []
    for name in _VARIANTS:
        artifact = bundle[f"tflite/{name}"]
        row = {"row": name, "decision": artifact.decision, "candidate": artifact.candidate}
        if artifact.kept:
            answers = np.concatenate([files[name].predict({"pixels": each}) for each in pixels])
            row |= {
                "accuracy": float((answers.argmax(1) == labels).mean()),
                "agreement": float((answers.argmax(1) == expected).mean()),
                "bytes": artifact.bytes,
                **timed[name],
            }
        rows.append(row)
        print(row, flush=True)
    return rows


def write_page() -> None:
    """Write the page from all results."""
    results = read_lines(_PATH)
    lines = [
        "# VGG16 and InceptionV3, measured",
        "",
        "`python benchmarks/vgg16_inception_v3.py`: trashnet6, 150 photos for testing. VGG16 has",
        "its ImageNet weights. The InceptionV3 has trained weights whose lower stages are",
        "ImageNet's; its upper ones were tuned to another task and rounded to 8 bits. *Tuned*: the",
        "last stage for three epochs on cached features, at the rate that `fit` chooses, kept",
        "where it lowers the validation loss. Agreement is the share of test photos that get the",
        "model's label; latency is the median processor time of one thread.",
        *(f"Measured on {each}." for each in sorted({row["machine"] for row in results})),
    ]
    for network in _NETWORKS:
        own = [row for row in results if row["network"] == network]
        if not own:
            continue
        tuned = [row for row in own if row["row"] == "tuned"]
        lines += ["", f"## {network}", ""]
        for row in tuned:
            losses = ", ".join(f"{loss:.3f}" for loss in row["losses"])
            lines.append(
                f"- Seed {row['seed']}: {row['changed_frozen_weights']} of "
                f"{row['frozen_weights']} frozen weights changed, "
                f"{row['changed_tuned_weights']} in {row['stage']}; training losses {losses}; "
                f"weights: {row['kept']}."
            )
        lines += [
            "",
            "| | seeds | accuracy | drop | agreement | MB | latency, ms | decision |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for name in ("probe", "tuned", *_VARIANTS):
            rows = [row for row in own if row["row"] == name]
            lines.append(_line(name, rows, tuned))
    _PAGE.write_text("\n".join([*lines, ""]), "utf-8")


def _line(name: str, rows: list[dict], tuned: list[dict]) -> str:
    of_model = {row["seed"]: row["accuracy"] for row in tuned}
    measured = [row for row in rows if "agreement" in row]
    cells = [
        name,
        str(len(rows)),
        spread([row["accuracy"] for row in rows if "accuracy" in row]),
        spread([of_model[row["seed"]] - row["accuracy"] for row in measured]),
        spread([row["agreement"] for row in measured]),
        f"{np.mean([row['bytes'] for row in measured]) / 1e6:.2f}" if measured else "",
        f"{np.mean([row['cpu_ms'] for row in measured]):.1f}" if measured else "",
        "; ".join(sorted({_decision(row) for row in rows}))
        if "decision" in (rows or [{}])[0]
        else "",
    ]
    return f"| {' | '.join(cells)} |"


def _decision(row: dict) -> str:
    return f"{row['decision']} ({row['candidate']})" if row["candidate"] else row["decision"]


def main() -> None:
    """Measure what is chosen and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--networks", nargs="*", choices=_NETWORKS, default=list(_NETWORKS))
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    options = parser.parse_args()
    for seed in options.seeds:
        for network in options.networks:
            fresh = run(network, seed)
            kept = [
                row for row in read_lines(_PATH) if (row["network"], row["seed"]) != (network, seed)
            ]
            write_lines(_PATH, [*kept, *fresh])
            write_page()
    write_page()


if __name__ == "__main__":
    main()
