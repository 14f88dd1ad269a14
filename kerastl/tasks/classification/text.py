"""Classify texts: each text has one class."""

from typing import ClassVar

from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.tasks.classification.task import Classification
from kerastl.tasks.inputs.text import TextRecipe


@inherited_arguments
class TextClassification(TextRecipe, Classification):
    """Fine-tune a pre-trained text backbone to classify texts.

    Sentiment, topics, intents: anything where a whole text has one label. The model takes
    token ids; the recipe takes strings.

    Example:

    ```python
    data = kerastl.data.csv("reviews.csv", text="review", label="sentiment")
    recipe = kerastl.TextClassification()
    recipe.fit(data)
    recipe.predict("Never once bored.")[0].label
    ```
    """

    task: ClassVar[str] = "text_classification"
