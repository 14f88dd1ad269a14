"""Label texts: each text has any number of labels."""

from typing import ClassVar

from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.tasks.inputs.text import TextRecipe
from kerastl.tasks.multi_label.task import MultiLabelClassification


@inherited_arguments
class TextMultiLabelClassification(TextRecipe, MultiLabelClassification):
    """Fine-tune a pre-trained text backbone to give each text any number of labels.

    The model returns one probability for each label. `fit` chooses the threshold of each label
    by F1 on the validation split; see `thresholds`.

    Example:

    ```python
    data = kerastl.data.csv_multi_label("films.csv", text="plot", label="genres")
    recipe = kerastl.TextMultiLabelClassification()
    recipe.fit(data)
    recipe.predict("A ghost falls in love.")[0].labels
    ```
    """

    task: ClassVar[str] = "text_multi_label_classification"
