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
    from kerastl.recipe.learning_rate_finder import find_learning_rate
    from kerastl.recipe.recipe import Recipe
    from kerastl.recipe.tuned_backbone import tuned_backbone
    from kerastl.tasks.classification.image import ImageClassification
    from kerastl.tasks.classification.text import TextClassification
    from kerastl.tasks.embedding.embedding import Embedding
    from kerastl.tasks.few_shot.task import FewShotTextClassification
    from kerastl.tasks.loading import load
    from kerastl.tasks.multi_label.image import ImageMultiLabelClassification
    from kerastl.tasks.multi_label.text import TextMultiLabelClassification
    from kerastl.tasks.object_detection.task import ObjectDetection
    from kerastl.tasks.regression.image import ImageRegression
    from kerastl.tasks.regression.text import TextRegression
    from kerastl.tasks.token_classification.task import TokenClassification
    from kerastl.training import schedules
    from kerastl.training.cache import FeatureCache
    from kerastl.training.optimizer.staged_adamw import StagedAdamW
    from kerastl.training.phases.learning_rate import LearningRate
    from kerastl.training.phases.loss_settings import LossSettings
    from kerastl.training.phases.phase import Phase

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
    "Embedding": "kerastl.tasks.embedding.embedding",
    "FeatureCache": "kerastl.training.cache",
    "FewShotTextClassification": "kerastl.tasks.few_shot.task",
    "ImageClassification": "kerastl.tasks.classification.image",
    "ImageMultiLabelClassification": "kerastl.tasks.multi_label.image",
    "ImageRegression": "kerastl.tasks.regression.image",
    "ObjectDetection": "kerastl.tasks.object_detection.task",
    "LossSettings": "kerastl.training.phases.loss_settings",
    "Phase": "kerastl.training.phases.phase",
    "LearningRate": "kerastl.training.phases.learning_rate",
    "Recipe": "kerastl.recipe.recipe",
    "StagedAdamW": "kerastl.training.optimizer.staged_adamw",
    "TextClassification": "kerastl.tasks.classification.text",
    "TextMultiLabelClassification": "kerastl.tasks.multi_label.text",
    "TextRegression": "kerastl.tasks.regression.text",
    "TokenClassification": "kerastl.tasks.token_classification.task",
    "find_learning_rate": "kerastl.recipe.learning_rate_finder",
    "load": "kerastl.tasks.loading",
    "tuned_backbone": "kerastl.recipe.tuned_backbone",
}

__all__ = [
    "Backbone",
    "Embedding",
    "FeatureCache",
    "FewShotTextClassification",
    "ImageClassification",
    "ImageMultiLabelClassification",
    "ImageRegression",
    "LearningRate",
    "LossSettings",
    "ObjectDetection",
    "Phase",
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
