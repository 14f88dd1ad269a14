"""Transfer learning on Keras 3, from labelled examples to a verified artifact.

Public names load on first use, so that `import kerastl` stays fast and TensorFlow is
loaded only when a model is built.
"""

import importlib
from typing import TYPE_CHECKING, Any

from kerastl.version import __version__

if TYPE_CHECKING:
    from kerastl import adaptation, backbones, callbacks, data, search
    from kerastl.backbones.backbone import Backbone
    from kerastl.backbones.registry import backbone
    from kerastl.comparing.compare import compare
    from kerastl.recipe import Recipe
    from kerastl.recipe_backbone import tuned_backbone
    from kerastl.saved_recipe import load
    from kerastl.tasks.embedding import Embedding
    from kerastl.tasks.few_shot_text_classification import FewShotTextClassification
    from kerastl.tasks.image_classification import ImageClassification
    from kerastl.tasks.image_multi_label_classification import ImageMultiLabelClassification
    from kerastl.tasks.image_regression import ImageRegression
    from kerastl.tasks.object_detection import ObjectDetection
    from kerastl.tasks.text_classification import TextClassification
    from kerastl.tasks.text_multi_label_classification import TextMultiLabelClassification
    from kerastl.tasks.text_regression import TextRegression
    from kerastl.tasks.token_classification import TokenClassification
    from kerastl.training import schedules
    from kerastl.training.cache import FeatureCache
    from kerastl.training.objective import Objective
    from kerastl.training.optimizer import StagedAdamW
    from kerastl.training.phase import Phase
    from kerastl.training.rate import Rate
    from kerastl.training.rate_finder import find_learning_rate

_MODULES = {
    "adaptation": "kerastl.adaptation",
    "backbones": "kerastl.backbones",
    "callbacks": "kerastl.callbacks",
    "data": "kerastl.data",
    "schedules": "kerastl.training.schedules",
    "search": "kerastl.search",
}
_OBJECTS = {
    "Backbone": "kerastl.backbones",
    "backbone": "kerastl.backbones",
    "compare": "kerastl.comparing.compare",
    "Embedding": "kerastl.tasks.embedding",
    "FeatureCache": "kerastl.training.cache",
    "FewShotTextClassification": "kerastl.tasks.few_shot_text_classification",
    "ImageClassification": "kerastl.tasks.image_classification",
    "ImageMultiLabelClassification": "kerastl.tasks.image_multi_label_classification",
    "ImageRegression": "kerastl.tasks.image_regression",
    "ObjectDetection": "kerastl.tasks.object_detection",
    "Objective": "kerastl.training.objective",
    "Phase": "kerastl.training.phase",
    "Rate": "kerastl.training.rate",
    "Recipe": "kerastl.recipe",
    "StagedAdamW": "kerastl.training.optimizer",
    "TextClassification": "kerastl.tasks.text_classification",
    "TextMultiLabelClassification": "kerastl.tasks.text_multi_label_classification",
    "TextRegression": "kerastl.tasks.text_regression",
    "TokenClassification": "kerastl.tasks.token_classification",
    "find_learning_rate": "kerastl.training.rate_finder",
    "load": "kerastl.saved_recipe",
    "tuned_backbone": "kerastl.recipe_backbone",
}

__all__ = [
    "Backbone",
    "Embedding",
    "FeatureCache",
    "FewShotTextClassification",
    "ImageClassification",
    "ImageMultiLabelClassification",
    "ImageRegression",
    "ObjectDetection",
    "Objective",
    "Phase",
    "Rate",
    "Recipe",
    "StagedAdamW",
    "TextClassification",
    "TextMultiLabelClassification",
    "TextRegression",
    "TokenClassification",
    "__version__",
    "adaptation",
    "backbone",
    "backbones",
    "callbacks",
    "compare",
    "data",
    "find_learning_rate",
    "load",
    "schedules",
    "search",
    "tuned_backbone",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name in _OBJECTS:
        return getattr(importlib.import_module(_OBJECTS[name]), name)
    raise AttributeError(f"module 'kerastl' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
