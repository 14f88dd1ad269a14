"""Predict numbers of images."""

from typing import ClassVar

from kerastl.tasks.inputs.image import ImageRecipe
from kerastl.tasks.regression.task import Regression


class ImageRegression(ImageRecipe, Regression):
    """Fine-tune a pre-trained image backbone to predict one number or several of an image.

    Every number comes with an interval from the errors on the validation split; see `Regression`
    for what it promises.

    Args:
        backbone: A name such as `"mobilenet_v2"`, a keras-hub preset, a `keras.Model` or a
            `Backbone`.
        image_size: `(height, width)` in pixels. Defaults to the backbone's own.
        augmentation: What happens to training images in phases that augment:
            `"default"`, `"no_flip"` (where left and right matter: digits, signs, text),
            `"randaugment"` (see `kerastl.data.randaugment`), `"none"`, or a Keras layer on
            pixels in 0..255. Choose what leaves the
            numbers as they are. Defaults to `"default"`.
        coverage: Share of true numbers that the intervals shall hold. Defaults to 0.9.
        **kwargs: As for `Recipe`: `weights`, `dropout`, `pooling`, `feature_stages`, and options of
            the backbone's builder.

    Raises:
        ValueError: If the backbone is not for images, or an option is not known.

    Example:

    ```python
    data = kerastl.data.numbers(paths, angles, names="angle", validation_split=0.2)
    recipe = kerastl.ImageRegression("mobilenet_v2", augmentation="none")
    recipe.fit(data)
    recipe.predict("new.jpg")[0].value
    ```
    """

    task: ClassVar[str] = "image_regression"
