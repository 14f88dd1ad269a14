"""Classify texts."""

from typing import ClassVar

from kerastl.tasks.classification.task import Classification
from kerastl.tasks.inputs.text import TextRecipe


class TextClassification(TextRecipe, Classification):
    """Fine-tune a pre-trained text backbone to tell classes of texts apart.

    Sentiment, topics, intents: anything where a whole text has one label. The model takes
    token ids; the recipe takes strings.

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
    data = kerastl.data.csv("reviews.csv", text="review", label="sentiment")
    recipe = kerastl.TextClassification("bert", weights="directory/of/a/preset")
    recipe.fit(data)
    recipe.predict("Never once bored.")[0].label
    ```
    """

    task: ClassVar[str] = "text_classification"
