"""A trained recipe before its confidence was corrected."""


def undo_temperature(recipe):
    """Multiply the head's weights by the temperature that `fit` divided them by."""
    recipe.model.get_layer("head").divide_logits(1 / recipe.history.calibration["temperature"])
    return recipe
