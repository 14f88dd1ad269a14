"""Run the package `setfit` on the draws of `benchmarks/few_shot.py`, in an environment of its own.

    python benchmarks/few_shot.py --seeds 0 1 2 --draws DRAWS
    python -m venv peer && peer/bin/pip install -r benchmarks/peers/requirements-setfit.txt
    peer/bin/python benchmarks/peers/setfit_texts.py DRAWS MINILM

The encoder is the same MiniLM, from the same file; the head is SetFit's own logistic regression.
Training is SetFit's with 20 pairs of each kind for every text, as in its paper (Tunstall et al.
2022, R = 20), one epoch of batches of 16 pairs. Results go to benchmarks/results/few-shot.jsonl.
"""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import torch
from datasets import Dataset
from result_lines import FOLDER, append_lines, read_lines
from setfit import SetFitModel, Trainer, TrainingArguments

_RESULTS = FOLDER / "few-shot.jsonl"
_PAIRS = 20


@dataclass(frozen=True)
class _Result:
    case: str
    method: str
    seed: int
    accuracy: float
    seconds: float


def run(draw: dict, encoder: Path) -> _Result:
    """Train on one draw and measure on its test part."""
    torch.manual_seed(draw["seed"])
    model = SetFitModel.from_pretrained(str(encoder))
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            num_iterations=_PAIRS,
            num_epochs=1,
            batch_size=16,
            seed=draw["seed"],
            report_to="none",
            save_strategy="no",
            show_progress_bar=False,
        )
        training = Dataset.from_dict({"text": draw["texts"], "label": draw["labels"]})
        Trainer(model=model, args=arguments, train_dataset=training).train()
    seconds = time.process_time() - start
    predicted = np.asarray(model.predict(draw["test_texts"], use_labels=False))
    accuracy = float((predicted == np.array(draw["test_labels"])).mean())
    return _Result(draw["case"], "setfit", draw["seed"], accuracy, seconds)


def main() -> None:
    """Run every draw of a folder that is not measured yet."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("draws", type=Path, help="the folder that few_shot.py --draws wrote")
    parser.add_argument("encoder", type=Path, help="the folder of all-MiniLM-L6-v2")
    options = parser.parse_args()
    for path in sorted(options.draws.glob("*.json")):
        draw = json.loads(path.read_text("utf-8"))
        done = {(row["case"], row["method"], row["seed"]) for row in read_lines(_RESULTS)}
        if (draw["case"], "setfit", draw["seed"]) not in done:
            result = run(draw, options.encoder)
            print(result, flush=True)
            append_lines(_RESULTS, [result])


if __name__ == "__main__":
    main()
