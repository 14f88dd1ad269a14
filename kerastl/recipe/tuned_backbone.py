"""Copy the tuned backbone of a recipe for another recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerastl.backbones.backbone import Backbone
    from kerastl.recipe.contract import RecipeContract


def tuned_backbone(recipe: RecipeContract) -> Backbone:
    """Copy a recipe's backbone with its current weights, for another recipe.

    The first task serves as intermediate training for the second (Phang et al. 2018, "Sentence
    encoders on STILTs"): for example a larger data set of the same kind, or another language.

    Args:
        recipe: A recipe that was fitted, built or loaded. It shares no weights with the copy.

    Returns:
        A backbone with the same stages, all of which can be trained, for any task with the same
        kind of input. Its default image size is that of the recipe.

    Raises:
        RuntimeError: If the recipe has no model yet.

    Example:

    ```python
    first = kerastl.TextClassification()
    first.fit(many_movie_reviews)
    second = kerastl.TextClassification(kerastl.tuned_backbone(first))
    second.fit(few_product_reviews)
    ```
    """
    import keras

    from kerastl.backbones.custom import CustomBackbone
    from kerastl.backbones.flat_copy import flat_copy

    model, source = recipe.model, recipe.backbone
    names = source.stage_names
    stages = keras.Model(model.input, model.get_layer(names[-1]).output, name=source.name)
    is_image = source.modality == "image"
    return CustomBackbone(
        flat_copy(stages),
        stages={name: name for name in names},
        # The first stage of the copy includes the layer that scales pixels.
        preprocessing="none" if is_image else None,
        name=source.name,
        image_size=model.inputs[0].shape[1:3] if is_image else None,
        pooling=source.pooling,
        packer=source.packer,
        max_sequence_length=source.max_sequence_length or 512,
        fine_tune_learning_rate=source.fine_tune_learning_rate,
    )
