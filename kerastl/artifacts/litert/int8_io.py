"""Everything in int8, input and output too."""

from kerastl.artifacts.litert.bias_correction import correct_biases
from kerastl.artifacts.litert.graph import Graph
from kerastl.artifacts.litert.int8 import WEIGHTED, attends, byte_ranges
from kerastl.artifacts.litert.observation import Observation
from kerastl.artifacts.litert.quantizer import quantize
from kerastl.artifacts.litert.ranges import RangeChoice, least_error_ranges


def make_int8_io(
    content: bytes,
    observation: Observation | None,
    *,
    choose_ranges: RangeChoice = least_error_ranges,
) -> bytes:
    """Quantize a convolutional network throughout, for accelerators that run only int8.

    Pixels go in as `int8`, the byte less 128, and scores come out as `int8`, 256 times the
    probability less 128. No layer computes in float, the first ones and the head included.

    Args:
        content: A float32 `.tflite` file.
        observation: Values of calibration examples.
        choose_ranges: How ranges of activations are chosen.

    Returns:
        The smaller file.

    Raises:
        ValueError: If there is no observation, or the network has attention, whose softmax and
            normalization need float.
    """
    from ai_edge_quantizer import qtyping, recipe_manager

    if observation is None:
        raise ValueError(
            "int8_io needs calibration examples: pass them. Received: observation=None"
        )
    if attends(Graph(content)):
        raise ValueError(
            "int8_io is for convolutional networks: use 'dynamic' or 'int8'. "
            "Received: a network with attention"
        )
    recipe = recipe_manager.RecipeManager()
    recipe.add_static_config(
        ".*", qtyping.TFLOperationName.ALL_SUPPORTED, activation_num_bits=8, weight_num_bits=8
    )
    corrected = correct_biases(content, observation.means, WEIGHTED)
    return quantize(corrected, recipe, byte_ranges(observation, choose_ranges))
