"""Options of Keras's `fit` that a recipe's `fit` does not have."""

_SCHEDULE = "Pass a schedule, such as [Phase('head'), Phase('all', epochs=3, learning_rate=1e-4)]."
_SPLIT = "Hold out examples when you read the data, with validation_split=0.2."

INSTEAD_OF_KERAS_OPTIONS = {
    "epochs": _SCHEDULE,
    "learning_rate": _SCHEDULE,
    "validation_split": _SPLIT,
    "validation_data": _SPLIT,
    "class_weight": "Pass a Phase with LossSettings(class_weights=...).",
}
"""What to do instead, by option."""
