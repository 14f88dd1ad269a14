"""How strongly features are turned against the domain discriminator, over training."""

from typing import Any

from keras import ops


def reversal_strength(progress: Any, gamma: float = 10.0) -> Any:
    """Rise from 0 to 1: a discriminator that has not learned yet gives noise.

    The schedule of Ganin et al. 2016, "Domain-Adversarial Training of Neural Networks",
    section 5.2.2.

    Args:
        progress: How much of training is done, from 0 to 1.
        gamma: How early the rise is. Defaults to 10, the paper's: half is reached after a
            ninth of training.

    Returns:
        The strength, of `progress`'s shape.

    Example:

    >>> round(float(reversal_strength(0.5)), 3)
    0.987
    """
    return 2.0 / (1.0 + ops.exp(-gamma * progress)) - 1.0
