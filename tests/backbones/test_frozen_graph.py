from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

import kerastl as ktl

ENDS: dict[str, Callable[[Any], Any]] = {
    "softmax": tf.nn.softmax,
    "linear": tf.identity,
    "features": tf.nn.relu,
}


@pytest.fixture(scope="module")
def saved_models(tmp_path_factory: Any) -> Path:
    """SavedModels that Keras 3 cannot load, as those of TF-Hub, one for each end."""
    folder = tmp_path_factory.mktemp("saved_models")
    for name, end in ENDS.items():
        module = tf.Module()
        module.kernel = tf.Variable(tf.random.stateless_normal((3, 5), (0, 0)))
        module.bias = tf.Variable(tf.zeros(5))

        @tf.function(input_signature=[tf.TensorSpec((None, 8, 8, 3), tf.float32)])
        def call(pixels: Any, module: Any = module, end: Any = end) -> Any:
            scores = tf.linalg.matmul(tf.reduce_mean(pixels, (1, 2)), module.kernel) + module.bias
            return {"scores": end(scores)}

        tf.saved_model.save(module, str(folder / name), {"serving_default": call})
    return folder


@pytest.mark.parametrize("end", ENDS)
def test_a_classifier_inside_a_graph_is_asked_about(saved_models: Path, end: str) -> None:
    path = saved_models / end
    if end == "features":
        assert ktl.backbone(path, preprocessing="none").build().output.shape == (None, 5)
        return
    with pytest.raises(ValueError, match=r"cannot be separated.*include_top=True.*Received: "):
        ktl.backbone(path, preprocessing="none")
    assert ktl.backbone(path, preprocessing="none", include_top=True).pooling == "none"
