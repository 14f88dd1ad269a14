"""Classify images."""

from typing import ClassVar

from kerastl.tasks.classification.task import Classification
from kerastl.tasks.inputs.image import ImageRecipe


class ImageClassification(ImageRecipe, Classification):
    """Fine-tune a pre-trained image backbone to tell classes of images apart.

    The model takes RGB pixels in 0..255; the scaling its backbone was trained with is inside,
    applied once. Images are stretched to the input size.

    Args:
        backbone: A name such as `"mobilenet_v2"`, a keras-hub preset, a `keras.Model` or a
            `Backbone`.
        image_size: `(height, width)` in pixels. Defaults to the backbone's own.
        augmentation: What happens to training images in phases that augment:
            `"default"`, `"no_flip"` (where left and right matter: digits, signs, text),
            `"randaugment"` (see `kerastl.data.randaugment`), `"none"`, or a Keras layer on
            pixels in 0..255. Defaults to `"default"`.
        **kwargs: As for `Recipe`: `weights`, `dropout`, `pooling`, `feature_stages`, and options of
            the backbone's builder.

    Raises:
        ValueError: If the backbone is not for images, or an option is not known.

    Example:

    ```python
    data = kerastl.data.image_folder("photos", validation_split=0.2)
    recipe = kerastl.ImageClassification("mobilenet_v2")
    recipe.fit(data)
    recipe.predict("new.jpg")[0].label
    ```
    """

    task: ClassVar[str] = "image_classification"
