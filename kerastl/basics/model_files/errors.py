"""Errors for model files that are not loaded."""

from kerastl.basics.files.damaged import ExplainedError


class RefusedModelError(ExplainedError):
    """A model file names code, or declares sizes that its content does not have."""


class UnknownClassError(RefusedModelError):
    """A model file names a class that is neither Keras's own nor registered."""


def holds_code(source: str) -> RefusedModelError:
    """Return the error for a Lambda layer or a lambda."""
    return RefusedModelError(
        "The model has a Lambda layer, whose code would run on loading. If it scales pixels, "
        "save the model without it and pass preprocessing=. Otherwise replace it by a "
        f"registered layer. Received: {source!r}"
    )


def refused(what: str, source: str) -> RefusedModelError:
    """Return the error for a part of a configuration that is not loaded.

    Args:
        what: The part, such as `"function 'os.system'"`.
        source: The file.
    """
    return RefusedModelError(
        "The model is not loaded: its configuration may only name layers, operations and "
        "functions of Keras that compute on the model's inputs. "
        f"Received: {what} in {source!r}"
    )


def unknown_class(name: object, source: str) -> UnknownClassError:
    """Return the error for a class that is neither Keras's own nor registered."""
    return UnknownClassError(
        "The model is not loaded: it has a class that is not one of Keras's layers. Register a "
        "class of your own with @keras.saving.register_keras_serializable() and import it before "
        f"loading. Received: class {name!r} in {source!r}"
    )


def unknown_keras2_class(name: object, source: str) -> UnknownClassError:
    """Return the error for a class in a model of Keras 2 that is not one of Keras's layers."""
    return UnknownClassError(
        "The Keras 2 model cannot be converted to Keras 3, and is not loaded: it has a class that "
        "is not one of Keras's layers. Save it as a SavedModel, which runs as one graph. "
        f"Received: class {name!r} in {source!r}"
    )
