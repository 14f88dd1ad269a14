"""Give images any number of labels."""

from typing import ClassVar

from kerastl.tasks.inputs.image import ImageRecipe
from kerastl.tasks.multi_label.task import MultiLabelClassification


class ImageMultiLabelClassification(ImageRecipe, MultiLabelClassification):
    """Fine-tune a pre-trained image backbone to find what is in an image, several things at once.

    The model gives every label a probability of its own. `fit` chooses from which probability on
    a label is given, by F1 on the validation split; see `thresholds`.

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
    data = kerastl.data.multi_label(paths, [["dog", "sofa"], ["cat"], ...], validation_split=0.2)
    recipe = kerastl.ImageMultiLabelClassification("mobilenet_v2")
    recipe.fit(data)
    recipe.predict("new.jpg")[0].labels
    ```
    """

    task: ClassVar[str] = "image_multi_label_classification"
