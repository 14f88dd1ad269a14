"""Catalogue photos to webcam photos and back, with every stage trained."""

from adaptation.gains import missed_gains
from adaptation.photos import PAIRS, photo_recipe, photo_source, photos_of
from adaptation.recipe_run import recipe_run
from adaptation.task import Outcome, Task

_METHODS = ("self_training", "dann", "mcc")
_EXPLANATION = """
The photos of the task before. Every stage of MobileNetV2 0.35 is trained, in the baseline too. With
self-training 3 epochs follow the linear probe. The other methods would have 4 epochs after it; they
were not run. Measured when the baseline with trained stages was always kept; it now falls back to
the linear probe. A method's baseline has the same layers and phases. Nothing was tuned here.
Goal: 3 points over the baseline.
"""


def _run(pair: str, seed: int, method: str) -> Outcome:
    source, target = pair.split(" → ")
    data = photo_source(source, seed)
    return recipe_run(photo_recipe(), data, *photos_of(target), method, seed, fine_tuned=True)


def _missed(results) -> list[str]:
    return missed_gains(results, PAIRS, _METHODS, 0.03)


TASK = Task(
    "photos_fine_tuned",
    "Photos, all stages trained",
    _EXPLANATION,
    PAIRS,
    _METHODS,
    _run,
    _missed,
    own_baselines=True,
)
