"""Write a linear probe as two layers: a bottleneck and a head."""

import numpy as np

# A direction whose spread is below this share of the largest one is rounding noise.
_NOTHING = 1e-5


def factored_probe(
    kernel: np.ndarray, features: np.ndarray, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return kernels of a linear bottleneck and of a head whose product is the probe's kernel.

    The first units of the bottleneck are the directions that the probe reads. The others are the
    principal components of the features that are orthogonal to these, so an alignment loss sees
    the rest of the features as well. One factor scales all units, so that they have a mean square
    of 1 on the features: the step size of Adam then suits them whatever the features' width.

    Args:
        kernel: Kernel of the probe, shape `(features, classes)`.
        features: The features that the probe reads, centred, shape `(examples, features)`.
        width: Units of the bottleneck, at least the rank of `kernel`.

    Returns:
        Kernel of the bottleneck, shape `(features, width)`, and of the head, shape
        `(width, classes)`, float32. Units for which the features have no direction left are 0.

    Raises:
        ValueError: If `width` is below the rank of `kernel`.

    Example:

    >>> import numpy as np
    >>> kernel = np.array([[1.0, -1.0], [2.0, -2.0], [0.0, 0.0]])
    >>> first, second = factored_probe(kernel, np.eye(3), width=2)
    >>> np.abs(first @ second - kernel).max() < 1e-6
    True
    """
    kernel, features = kernel.astype("float64"), features.astype("float64")
    read, sizes, _ = np.linalg.svd(kernel, full_matrices=False)
    read = read[:, sizes > _NOTHING * max(float(sizes[0]), 1e-12)]
    if read.shape[1] > width:
        raise ValueError(
            f"The bottleneck is too narrow for a probe of rank {read.shape[1]}: use a larger "
            f"`bottleneck`. Received: bottleneck={width}"
        )
    rest = features - (features @ read) @ read.T
    _, spreads, components = np.linalg.svd(rest, full_matrices=False)
    found = components[spreads > _NOTHING * max(float(np.linalg.norm(features)), 1e-12)]
    basis = np.concatenate([read, found[: width - read.shape[1]].T], axis=1)
    size = float(np.sqrt(np.square(features @ basis).mean())) or 1.0
    first = np.zeros((len(kernel), width))
    first[:, : basis.shape[1]] = basis / size
    second = np.zeros((width, kernel.shape[1]))
    second[: basis.shape[1]] = size * (basis.T @ kernel)
    return first.astype("float32"), second.astype("float32")
