"""The schedule of the gradient reversal's strength."""

from typing import Any

from keras import ops


def reversal_strength(progress: Any, gamma: float = 10.0) -> Any:
    """Return a strength that rises from 0 to 1 during training.

    Early in training the gradient of the untrained discriminator is noise. The schedule is from
    Ganin et al. 2016, "Domain-Adversarial Training of Neural Networks", section 5.2.2.

    Args:
        progress: Fraction of training that is done, 0 to 1.
        gamma: How fast the strength rises. Defaults to 10 as in the paper, which reaches one half
            after a ninth of training.

    Returns:
        The strength, of the shape of `progress`.

    Example:

    >>> round(float(reversal_strength(0.5)), 3)
    0.987
    """
    return 2.0 / (1.0 + ops.exp(-gamma * progress)) - 1.0
