from typing import Any

import keras
import pytest

from kerastl.basics.model_files.config import check_config, check_keras2_config
from kerastl.basics.model_files.errors import RefusedModelError
from tests.security.hostile_configs import KERAS2, KERAS3, calling, function, layer, nested


@pytest.mark.parametrize("name", KERAS2)
def test_what_keras_2_would_run_is_refused_wherever_it_is(name: str) -> None:
    for config in [KERAS2[name], *nested(KERAS2[name]).values()]:
        with pytest.raises(RefusedModelError, match=r"Received: .*'a\.h5'$"):
            check_keras2_config(config, "a.h5")


@pytest.mark.parametrize("name", KERAS3)
def test_what_keras_3_would_run_is_refused_wherever_it_is(name: str) -> None:
    for config in [KERAS3[name], *nested(KERAS3[name]).values()]:
        with pytest.raises(RefusedModelError, match=r"Received: .*'a\.keras'$"):
            check_config(config, "a.keras")


@pytest.mark.parametrize("place", nested(layer("Dense")))
def test_a_layer_that_computes_is_allowed_at_every_place(place: str) -> None:
    check_keras2_config(nested(layer("Dense"))[place], "a.h5")
    check_config(nested(layer("Dense", module="keras.layers"))[place], "a.keras")
    check_config(nested(function("relu", "builtins"))[place], "a.keras")


def test_arithmetic_on_a_tensor_is_allowed_in_keras_2() -> None:
    check_keras2_config(calling("math.truediv"), "a.h5")
    check_keras2_config(calling("__operators__.getitem", class_name="SlicingOpLambda"), "a.h5")


def test_what_the_user_registered_is_allowed_by_that_name_only() -> None:
    class Scaled(keras.layers.Layer):
        pass

    def double(x):
        return 2 * x

    def named(cls, key):
        return layer(cls, module="their.code", registered_name=key)

    with keras.saving.custom_object_scope({"their>Scaled": Scaled, "their>double": double}):
        check_config(named("Scaled", "their>Scaled"), "a.keras")
        check_config(function("their>double", "their.code"), "a.keras")
        with pytest.raises(RefusedModelError, match="Register a class of your own"):
            check_config(named("Scaled", "their>Other"), "a.keras")
    with pytest.raises(RefusedModelError, match=r"class 'their\.code\.Scaled'"):
        check_config(named("Scaled", "their>Scaled"), "a.keras")


def test_the_networks_of_keras_hub_are_allowed() -> None:
    name = "keras_hub.src.layers.modeling.transformer_encoder"
    part = layer("TransformerEncoder", module=name, registered_name="keras_hub>TransformerEncoder")
    check_config(part, "a.keras")
    tokenizer = layer(
        "BertTokenizer",
        module="keras_hub.src.models.bert.bert_tokenizer",
        registered_name="keras_hub>BertTokenizer",
        config={"vocabulary": None},
    )
    check_config(tokenizer, "tokenizer.json", raw_inputs=True)
    with pytest.raises(RefusedModelError):
        check_config(
            {**tokenizer, "config": {"vocabulary": "/etc/passwd"}}, "a.json", raw_inputs=True
        )


def test_a_deep_configuration_ends() -> None:
    config = layer("Dense")
    for _ in range(100_000):
        config = {"layer": config}
    check_config(config, "a.keras")
    del config


def graph(*calls: tuple[str, Any]) -> dict[str, Any]:
    """A functional model of Keras 2 with an input `x`, given names and their calls."""
    layers = [{**layer("InputLayer", config={"name": "x"}), "name": "x", "inbound_nodes": []}]
    for name, nodes in calls:
        made = layer("Add", config={"name": name}, name=name)
        layers.append({**made, "inbound_nodes": nodes})
    return layer("Functional", config={"layers": layers})


@pytest.mark.parametrize(
    "calls",
    [
        [("a", [[["b", 0, 0, {}]]]), ("b", [[["a", 0, 0, {}]]])],
        [("a", [[["a", 0, 0, {}]]])],
        [("a", [[["x", 1, 0, {}]]])],
        [("a", [[["y", 0, 0, {}]]])],
        [("a", [[["x", 0, 0, {"other": ["b", 0, 0]}]]])],
        [("a", [[["x", 0, 0, {}]]]), ("b", [[["a", 1, 0, {}]]])],
        [("a", [[["x", " ", 0, {}]]])],
        [("a", [[["x", None, 0, {}]]])],
        [("a", [[["x", 0, 0, {"other": ["x", [0], 0]}]]])],
        *(
            [("a", [[["x", 0, 0, {}]]]), ("b", [[["a", 0, 0, {"mask": ["a", 0, output]}]]])]
            for output in (1, -1, "0", None)
        ),
    ],
)
def test_a_graph_that_keras_2_would_wait_for_without_end_is_refused(calls) -> None:
    with pytest.raises(RefusedModelError, match=r"whose inputs are never made"):
        check_keras2_config(graph(*calls), "a.h5")


def test_a_named_argument_may_be_the_state_of_a_recurrent_layer() -> None:
    config = graph(("b", [[["lstm", 0, 0, {"initial_state": [["lstm", 0, 1], ["lstm", 0, 2]]}]]]))
    made = layer("LSTM", config={"name": "lstm", "return_state": True}, name="lstm")
    config["config"]["layers"].append({**made, "inbound_nodes": [[["x", 0, 0, {}]]]})
    check_keras2_config(config, "a.h5")
    del made["config"]["return_state"]
    with pytest.raises(RefusedModelError, match="never made"):
        check_keras2_config(config, "a.h5")


def test_a_layer_may_be_called_again_on_its_own_result() -> None:
    calls = [
        ("b", [[["a", 0, 0, {}]]]),
        ("a", [[["x", 0, 0, {}]], [["b", 0, 0, {}], ["a", 0, 0, {}]]]),
    ]
    check_keras2_config(graph(*calls), "a.h5")
