"""Print, for networks with real weights, the rate at which a step changes outputs by a tenth.

KERASTL_SHARED=... python benchmarks/stable_rates.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from shared_folder import NETWORKS, image_backbone, minilm

import kerastl as ktl
from kerastl.training.freezing.freezing import train_only
from kerastl.training.optimizer.stable_rate import stable_rate


def main() -> None:
    """Print one line a network."""
    backbones = {name: image_backbone(name) for name in NETWORKS}
    backbones["MiniLM"] = ktl.backbone("bert", weights=minilm())
    print("| network | declared rate | limit from the second stage on | of the last stage |")
    print("|---|---|---|---|")
    for name, backbone in backbones.items():
        model = backbone.build()
        limits = []
        for trains in (f"from:{backbone.stage_names[1]}", "last:1"):
            train_only(model, trains)
            limits.append(f"{stable_rate(model):.1e}")
        print(f"| {name} | {backbone.fine_tune_learning_rate:g} | {' | '.join(limits)} |")


if __name__ == "__main__":
    main()
