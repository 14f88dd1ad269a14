"""Predictions as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from kerastl.data.splits.split import Split


def prediction_frame(split: Split, predictions: Sequence[Any]) -> pd.DataFrame:
    """Return predictions as a table.

    Args:
        split: The inputs.
        predictions: One prediction for each input, or one list of found objects. A prediction and a
            found object have a method `to_row`, which returns values by column.

    Returns:
        One row for each prediction or found object; its index is the position of the input.
    """
    import pandas as pd

    rows, places = [], []
    for index, prediction in enumerate(predictions):
        named = {"name": split.name(index)}
        if split.modality == "text":
            named["text"] = str(split.inputs[index])
        for each in prediction if isinstance(prediction, list) else [prediction]:
            rows.append({**named, **each.to_row()})
            places.append(index)
    return pd.DataFrame(rows, index=pd.Index(places, name="input"))
