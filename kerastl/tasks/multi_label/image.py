"""Label images: each image has any number of labels."""

from typing import ClassVar

from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.tasks.inputs.image import ImageRecipe
from kerastl.tasks.multi_label.task import MultiLabelClassification


@inherited_arguments
class ImageMultiLabelClassification(ImageRecipe, MultiLabelClassification):
    """Fine-tune a pre-trained image backbone to give each image any number of labels.

    The model returns one probability for each label. `fit` chooses the threshold of each label
    by F1 on the validation split; see `thresholds`.

    Example:

    ```python
    data = kerastl.data.multi_label(paths, [["dog", "sofa"], ["cat"], ...], validation_split=0.2)
    recipe = kerastl.ImageMultiLabelClassification("mobilenet_v2")
    recipe.fit(data)
    recipe.predict("new.jpg")[0].labels
    ```
    """

    task: ClassVar[str] = "image_multi_label_classification"
