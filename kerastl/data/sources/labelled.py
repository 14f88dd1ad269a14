"""Convert what users pass as labelled data to a `Dataset`."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kerastl.data.inputs.kinds import column_names, describe, is_tf_dataset
from kerastl.data.inputs.values import list_values
from kerastl.data.reading.columns import TABLE_ENDINGS
from kerastl.data.sources.memory import arrays
from kerastl.data.sources.tf_dataset import from_tf
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.split import Split


def as_dataset(
    given: Any,
    read_pair: Callable[..., Dataset],
    class_names: Sequence[str] | None = None,
    pixel_range: tuple[float, float] | None = None,
) -> Dataset:
    """Convert labelled examples of any accepted form to a data set.

    Args:
        given: A `Dataset`; a pair `(inputs, labels)`; or a `Split` or a `tf.data.Dataset` of pairs,
            or two of them for training and validation.
        read_pair: Function of inputs, labels, `class_names` and `pixel_range` that makes a data set
            for the task, such as `read_classes`.
        class_names: The outputs of the model that is evaluated, which name the integer labels of
            a `tf.data.Dataset` without class names. Defaults to None: the labels as strings.
        pixel_range: The values of black and white that the model knows, for images without a
            declared range. Defaults to None: the range of their type.

    Returns:
        The data set.

    Raises:
        ValueError: If this is another object. The error names the function that reads it.
    """
    if isinstance(given, Dataset):
        return given
    if isinstance(given, Split):
        return Dataset(given)
    if is_tf_dataset(given):
        with _naming_reader("ktl.data.from_tf(dataset, pixel_range=…)"):
            return _from_tf(given, None, class_names, pixel_range)
    if isinstance(given, list | tuple) and len(given) == 2:
        if all(map(is_tf_dataset, given)):
            with _naming_reader("ktl.data.from_tf(training, validation, pixel_range=…)"):
                return _from_tf(given[0], given[1], class_names, pixel_range)
        if all(isinstance(each, Split) for each in given):
            return Dataset(*given)
        if isinstance(given, tuple) and not any(isinstance(x, Dataset | Split) for x in given):
            with _naming_reader("ktl.data.arrays(x, y, pixel_range=…)"):
                return read_pair(*given, class_names=class_names, pixel_range=pixel_range)
    raise ValueError(
        "`data` must be a Dataset, or a pair (inputs, labels). "
        f"{_way_out(given)}. Received: {describe(given) if given is not None else 'data=None'}"
    )


def read_classes(
    inputs: Any,
    labels: Any,
    class_names: Sequence[str] | None = None,
    pixel_range: tuple[float, float] | None = None,
) -> Dataset:
    """Make a data set from inputs with one class each.

    Args:
        inputs: As for `kerastl.data.arrays`.
        labels: As for `kerastl.data.arrays`. If all of them, as strings, are names of classes of
            the model, they are names; other integers are positions of classes.
        class_names: The outputs of the model that is evaluated. Defaults to None: the labels are
            the classes.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.

    Returns:
        The data set, with all examples in the training split.
    """
    values = list_values(labels, "labels")
    if class_names is None:
        return arrays(inputs, values, pixel_range=pixel_range)
    # `fit((x, y))` reads integers as names, so an evaluation with the same labels does, too.
    names = [str(value) for value in values]
    known = set(names) <= set(class_names)
    labels = names if known else values
    return arrays(inputs, labels, class_names=class_names, pixel_range=pixel_range)


def held_out_split(data: Dataset) -> Split:
    """Return the split of a data set to evaluate on: its test split, or else its only one.

    Args:
        data: A data set.

    Returns:
        The split.

    Raises:
        ValueError: If there are several splits and none is the test split.
    """
    if data.test is not None:
        return data.test
    if data.validation is None:
        return data.train
    raise ValueError(
        "The data set has no test split. Pass one of its splits, such as `data.validation`, or "
        "pass `test_split=0.2` when you load it. "
        f"Received: a Dataset with the splits {' and '.join(data.splits)}"
    )


@contextmanager
def _naming_reader(call: str) -> Iterator[None]:
    """Name the function that has `pixel_range`, in an error that advises this option."""
    try:
        yield
    except ValueError as error:
        if "`pixel_range=" not in str(error):
            raise
        raise ValueError(f"Read the images with `{call}`. {error}") from error


def _from_tf(
    dataset: Any,
    validation: Any,
    class_names: Sequence[str] | None,
    pixel_range: tuple[float, float] | None,
) -> Dataset:
    named = getattr(dataset, "class_names", None)
    names = class_names if named is None else None
    return from_tf(dataset, validation, class_names=names, pixel_range=pixel_range)


def _way_out(given: Any) -> str:
    """Return the sentence on how to read a value of this kind, without its full stop."""
    if isinstance(given, str | os.PathLike):
        path = os.fspath(given)
        if Path(path).suffix.lower() in TABLE_ENDINGS:
            return f"Read a table with `ktl.data.csv({path!r}, text=…, label=…)`"
        return f"Read a folder of images with `ktl.data.image_folder({path!r})`"
    if column_names(given) is not None:
        if hasattr(given, "features"):
            return "Read it with `ktl.data.huggingface(data, text=…, label=…)`"
        return "Read a table with `ktl.data.dataframe(data, text=…, label=…)`"
    if isinstance(given, list | tuple) and any(isinstance(x, Dataset) for x in given):
        return "Only an adaptation takes several data sets: pass one, or `adapt_to=`"
    if hasattr(given, "shape") or isinstance(given, list):
        return "Pass both as one argument, `(x, y)`, or as `ktl.data.arrays(x, y)`"
    return "Make a Dataset with `ktl.data`, for example `ktl.data.arrays(inputs, labels)`"
