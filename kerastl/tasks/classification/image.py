"""Classify images: each image has one class."""

from typing import ClassVar

from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.tasks.classification.task import Classification
from kerastl.tasks.inputs.image import ImageRecipe


@inherited_arguments
class ImageClassification(ImageRecipe, Classification):
    """Fine-tune a pre-trained image backbone to classify images.

    The model takes RGB pixels in 0..255; the scaling its backbone was trained with is inside,
    applied once. Images are stretched to the input size.

    Example:

    ```python
    data = kerastl.data.image_folder("photos", validation_split=0.2)
    recipe = kerastl.ImageClassification()
    recipe.fit(data)
    recipe.predict("new.jpg")[0].label
    ```
    """

    task: ClassVar[str] = "image_classification"
