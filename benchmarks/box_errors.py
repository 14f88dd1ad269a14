"""Remove, move and relabel boxes of composed scenes, and count how many an inspection finds.

    KERASTL_SHARED=... python benchmarks/box_errors.py [--seeds 0 1 2]

A tenth of the boxes of 300 scenes is removed, and a tenth is moved by half of its sides; a tenth of
the boxes of the same scenes gets another class. The results are appended to
benchmarks/results/box-errors.jsonl; benchmarks/label_errors.py --write writes them to
docs/label-errors.md.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from result_lines import FOLDER, append_lines, read_lines
from scenes import compose
from shared_folder import image_backbone, shared

import kerastl as ktl
from kerastl.data.splits.box_split import BoxSplit
from kerastl.seeing.inspecting.labels.box_contents import boxes_of_other_classes
from kerastl.seeing.inspecting.labels.box_places import Misplaced, misplaced_boxes
from kerastl.seeing.inspecting.labels.boxes import SURE_MISSING, SURE_MOVED
from kerastl.tasks.object_detection.matching import overlaps

RESULTS = FOLDER / "box-errors.jsonl"
_SHARE = 0.1
_FOUND = 0.3  # intersection over union of a removed box and the suggested one


def planted(whole: BoxSplit, seed: int) -> tuple[BoxSplit, list[tuple[int, np.ndarray]], set]:
    """Return changed scenes, the removed boxes with their scene, and which boxes are moved."""
    generator = np.random.default_rng(seed)
    every = [(i, j) for i in range(len(whole)) for j in range(len(whole.boxes[i]))]
    order = generator.permutation(len(every))
    count = round(_SHARE * len(every))
    gone = {every[k] for k in order[:count]}
    moving = {every[k] for k in order[count : 2 * count]}
    boxes, kinds, removed, moved = [], [], [], set()
    for scene in range(len(whole)):
        kept: list[np.ndarray] = []
        own: list[int] = []
        for number, box in enumerate(whole.boxes[scene]):
            if (scene, number) in gone:
                removed.append((scene, box))
                continue
            if (scene, number) in moving:
                moved.add((scene, len(kept)))
                box = _moved(box, whole.sizes[scene], generator)
            kept.append(box)
            own.append(int(whole.kinds[scene][number]))
        boxes.append(np.array(kept).reshape(-1, 4))
        kinds.append(np.array(own, int))
    changed = BoxSplit(whole.inputs, boxes, kinds, whole.class_names, whole.sizes)
    return changed, removed, moved


def _moved(box: np.ndarray, size: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Move a box by half of its sides, towards where there is more room."""
    sides = box[2:] - box[:2]
    room = np.where(box[:2] + box[2:] < size, 1.0, -1.0)
    step = 0.5 * sides * room * generator.permutation([1.0, generator.choice([0.5, 1.0])])
    limits = np.tile(size, 2)
    return np.clip(box + np.tile(step, 2), 0, limits)


def relabelled(whole: BoxSplit, seed: int) -> tuple[BoxSplit, list[tuple[int, int]]]:
    """Return scenes with other classes of some boxes, and these boxes."""
    generator = np.random.default_rng(seed)
    every = [(i, j) for i in range(len(whole)) for j in range(len(whole.boxes[i]))]
    chosen = generator.permutation(len(every))[: round(_SHARE * len(every))]
    planted = [every[k] for k in sorted(chosen.tolist())]
    kinds = [each.copy() for each in whole.kinds]
    count = len(whole.class_names)
    for scene, number in planted:
        kinds[scene][number] = (kinds[scene][number] + generator.integers(1, count)) % count
    changed = BoxSplit(whole.inputs, list(whole.boxes), kinds, whole.class_names, whole.sizes)
    return changed, planted


def recalls(hits: np.ndarray, listed: int) -> dict[str, float]:
    """Return the recalls of a list. `hits` is bool of shape `(suggestions, planted)`."""
    count = hits.shape[1]
    return {
        "n": float(hits[:count].any(axis=0).mean()),
        "2n": float(hits[: 2 * count].any(axis=0).mean()),
        "probable": float(hits[:listed].any(axis=0).mean()),
        "listed": listed,
        "precision": float(hits[:listed].any(axis=1).mean()),
    }


def above(found: list[Misplaced], limit: float) -> int:
    return sum(each.score > limit for each in found)


def run(seed: int) -> list[dict]:
    with tempfile.TemporaryDirectory() as folder:
        scenes = compose(shared(), Path(folder), seed=seed)
        whole = ktl.data.coco(scenes / "train.json", scenes / "images").train
        changed, removed, moved = planted(whole, seed)
        backbone = image_backbone("MobileNetV2 0.35")
        found = misplaced_boxes(changed, backbone, np.arange(len(changed)), seed)
        others, wrong = relabelled(whole, seed)
        contents = boxes_of_other_classes(others, backbone, np.arange(len(whole)), seed)
    missing = [each for each in found if each.box is None]
    shifted = [each for each in found if each.box is not None]
    places = np.array([each.place for each in missing]).reshape(-1, 4)
    shares = overlaps(places, np.stack([box for _, box in removed]))
    same = np.array([each.image for each in missing])[:, None] == [scene for scene, _ in removed]
    of_moved = np.array(
        [[(each.image, each.box) == box for box in sorted(moved)] for each in shifted]
    )
    of_wrong = np.array([[(each.image, each.box) == box for box in wrong] for each in contents])
    # The surest probable ones come first in what an inspection lists.
    order = np.argsort([not each.probable for each in contents], kind="stable")
    return [
        {
            "kind": "missing boxes",
            "seed": seed,
            **recalls((shares >= _FOUND) & same, above(missing, SURE_MISSING)),
        },
        {"kind": "moved boxes", "seed": seed, **recalls(of_moved, above(shifted, SURE_MOVED))},
        {
            "kind": "boxes of another class",
            "seed": seed,
            **recalls(of_wrong[order], sum(each.probable for each in contents)),
        },
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    chosen = parser.parse_args()
    known = {each["seed"] for each in read_lines(RESULTS)}
    for seed in chosen.seeds:
        if seed not in known:
            rows = run(seed)
            append_lines(RESULTS, rows)
            print(*rows, sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
