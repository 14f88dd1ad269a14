"""Predict numbers from images."""

from typing import ClassVar

from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.tasks.inputs.image import ImageRecipe
from kerastl.tasks.regression.task import Regression


@inherited_arguments
class ImageRegression(ImageRecipe, Regression):
    """Fine-tune a pre-trained image backbone to predict one or several numbers for each image.

    Every number has an interval, measured on the validation split; see `Regression` for what the
    interval guarantees. Choose an augmentation that does not change the numbers.

    Example:

    ```python
    data = kerastl.data.numbers(paths, angles, names="angle", validation_split=0.2)
    recipe = kerastl.ImageRegression("mobilenet_v2", augmentation="none")
    recipe.fit(data)
    recipe.predict("new.jpg")[0].value
    ```
    """

    task: ClassVar[str] = "image_regression"
