"""Predict numbers of texts."""

from typing import ClassVar

from kerastl.tasks.inputs.text import TextRecipe
from kerastl.tasks.regression.task import Regression


class TextRegression(TextRecipe, Regression):
    """Fine-tune a pre-trained text backbone to predict one number or several of a text.

    Every number comes with an interval from the errors on the validation split; see `Regression`
    for what it promises.

    Args:
        backbone: `"bert"` or another keras-hub family, a preset, a local preset directory or
            a `Backbone`.
        sequence_length: Tokens a text, special ones included; longer texts lose their end.
            Defaults to what holds 99 % of the training texts whole, rounded up to a multiple
            of 16, at most the backbone's own limit.
        coverage: Share of true numbers that the intervals shall hold. Defaults to 0.9.
        **kwargs: As for `Recipe`: `weights`, `dropout`, `pooling`, `feature_stages`, and options of
            the backbone's builder.

    Raises:
        ValueError: If the backbone is not for text, or the length exceeds its limit.

    Example:

    ```python
    data = kerastl.data.csv_numbers("reviews.csv", text="review", values="stars")
    recipe = kerastl.TextRegression("bert", weights="directory/of/a/preset")
    recipe.fit(data)
    recipe.predict("Never once bored.")[0].interval
    ```
    """

    task: ClassVar[str] = "text_regression"
