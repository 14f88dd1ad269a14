"""A backbone with what a recipe has taught it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerastl.backbones.backbone import Backbone
    from kerastl.recipe.contract import RecipeContract


def tuned_backbone(recipe: RecipeContract) -> Backbone:
    """Copy a recipe's backbone with the weights that it has now, for another recipe.

    A second task goes on from what a first one has taught (Phang et al. 2018, "Sentence encoders
    on STILTs"): a larger data set of the same kind, another language, last year's labels.

    Args:
        recipe: A recipe that was fitted, built or loaded. What becomes of it later does not show
            in the copy, nor the other way round.

    Returns:
        A backbone of the same stages, all of which can be trained, for any task that takes such
        input. Its default image size is the recipe's.

    Raises:
        RuntimeError: If the recipe has no model yet.

    Example:

    ```python
    first = kerastl.TextClassification("bert")
    first.fit(many_movie_reviews)
    second = kerastl.TextClassification(kerastl.tuned_backbone(first))
    second.fit(few_product_reviews)
    ```
    """
    import keras

    from kerastl.backbones.custom import CustomBackbone, flat_copy

    model, source = recipe.model, recipe.backbone
    names = source.stage_names
    stages = keras.Model(model.input, model.get_layer(names[-1]).output, name=source.name)
    is_image = source.modality == "image"
    return CustomBackbone(
        flat_copy(stages),
        stages={name: name for name in names},
        # The first stage takes over the layer that scales pixels.
        preprocessing="none" if is_image else None,
        name=source.name,
        image_size=model.inputs[0].shape[1:3] if is_image else None,
        pooling=source.pooling,
        packer=source.packer,
        max_sequence_length=source.max_sequence_length or 512,
        fine_tune_learning_rate=source.fine_tune_learning_rate,
    )
