"""Give texts any number of labels."""

from typing import ClassVar

from kerastl.tasks.inputs.text import TextRecipe
from kerastl.tasks.multi_label.task import MultiLabelClassification


class TextMultiLabelClassification(TextRecipe, MultiLabelClassification):
    """Fine-tune a pre-trained text backbone to find all topics of a text, or none.

    The model gives every label a probability of its own. `fit` chooses from which probability on
    a label is given, by F1 on the validation split; see `thresholds`.

    Args:
        backbone: `"bert"` or another keras-hub family, a preset, a local preset directory or
            a `Backbone`.
        sequence_length: Tokens a text, special ones included; longer texts lose their end.
            Defaults to what holds 99 % of the training texts whole, rounded up to a multiple
            of 16, at most the backbone's own limit.
        **kwargs: As for `Recipe`: `weights`, `dropout`, `pooling`, `feature_stages`, and options of
            the backbone's builder.

    Raises:
        ValueError: If the backbone is not for text, or the length exceeds its limit.

    Example:

    ```python
    data = kerastl.data.csv_multi_label("films.csv", text="plot", label="genres")
    recipe = kerastl.TextMultiLabelClassification("bert", weights="directory/of/a/preset")
    recipe.fit(data)
    recipe.predict("A ghost falls in love.")[0].labels
    ```
    """

    task: ClassVar[str] = "text_multi_label_classification"
