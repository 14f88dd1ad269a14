"""Predict numbers from texts."""

from typing import ClassVar

from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.tasks.inputs.text import TextRecipe
from kerastl.tasks.regression.task import Regression


@inherited_arguments
class TextRegression(TextRecipe, Regression):
    """Fine-tune a pre-trained text backbone to predict one or several numbers for each text.

    Every number has an interval, measured on the validation split; see `Regression` for what the
    interval guarantees.

    Example:

    ```python
    data = kerastl.data.csv_numbers("reviews.csv", text="review", values="stars")
    recipe = kerastl.TextRegression()
    recipe.fit(data)
    recipe.predict("Never once bored.")[0].interval
    ```
    """

    task: ClassVar[str] = "text_regression"
