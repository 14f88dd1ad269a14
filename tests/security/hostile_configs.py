"""Parts of model configurations that name more than layers that compute."""

from typing import Any

TENSOR = {
    "class_name": "__keras_tensor__",
    "config": {"shape": [None, 4], "dtype": "float32", "keras_history": ["x", 0, 0]},
}


_UNCALLED: dict[str, Any] = {"name": "r", "inbound_nodes": []}


def layer(class_name: str, *, config: Any = None, **more: Any) -> dict[str, Any]:
    """A layer of Keras 2, or with `module` of Keras 3."""
    return {"class_name": class_name, "config": config or {}, **more}


def function(name: str, module: str, **more: Any) -> dict[str, Any]:
    """A function that is named by its module."""
    return {"class_name": "function", "config": name, "module": module, **more}


def calling(symbol: str, first: Any = ("x", 0, 0), class_name: str = "TFOpLambda") -> Any:
    """A layer of Keras 2 that calls a TensorFlow function."""
    node = [*first, {}]
    return layer(class_name, config={"function": symbol, "name": "op"}, inbound_nodes=[node])


def nested(inner: dict[str, Any]) -> dict[str, Any]:
    """Every place in a configuration where another object may be."""
    return {
        "wrapped": layer("TimeDistributed", config={"layer": inner}),
        "backward": layer(
            "Bidirectional", config={"layer": layer("LSTM"), "backward_layer": inner}
        ),
        "cell": layer("RNN", config={"cell": layer("StackedRNNCells", config={"cells": [inner]})}),
        "nested model": layer("Sequential", config={"layers": [layer("Model", config=[inner])]}),
        "functional model": layer(
            "Functional",
            config={
                "layers": [{**layer("ReLU", config={"name": "r", "x": inner}), **_UNCALLED}],
            },
        ),
        "list in a list": layer("Sequential", config=[[[inner]]]),
        "initializer": layer("Dense", config={"kernel_initializer": inner}),
        "regularizer": layer("Dense", config={"activity_regularizer": inner}),
        "constraint": layer("Dense", config={"bias_constraint": inner}),
        "activation": layer("Dense", config={"activation": inner}),
        "passive": layer("Dense", config={"units": {**inner, "__passive_serialization__": True}}),
        "tuple": {"class_name": "__tuple__", "items": [inner]},
        "call": layer("Add", inbound_nodes=[{"args": [TENSOR, inner], "kwargs": {}}]),
        "build": {**layer("Dense"), "build_config": {"input_shape": inner}},
        "compiled": layer("Sequential", config={"layers": [{"compile_config": {"loss": inner}}]}),
        "custom objects": {**layer("Dense"), "custom_objects": {"Dense": inner}},
    }


# Functions that TensorFlow would run at once: each has an effect outside the model.
SYMBOLS = (
    *("load_library", "load_op_library", "keras.utils.get_file", "io.gfile.rmtree"),
    *("io.write_file", "io.read_file", "io.gfile.copy", "io.gfile.GFile", "saved_model.load"),
    *("py_function", "numpy_function", "raw_ops.WriteFile", "raw_ops.PyFunc", "summary.write"),
    *("compat.v1.gfile.DeleteRecursively", "data.Dataset.list_files", "print", "function"),
    *("map_fn", "while_loop", "zeros", "fill", "math.add.__globals__", "", None, ["math.add"]),
)

KERAS2 = {
    **{f"symbol {name}": calling(name) for name in SYMBOLS},
    "slice": calling("io.write_file", class_name="SlicingOpLambda"),
    "a string first": calling("math.add", ("_CONSTANT_VALUE", -1, "file")),
    "a number first": calling("math.add", ("_CONSTANT_VALUE", -1, 1.0)),
    "a list first": calling("math.add", ([["_CONSTANT_VALUE", -1, 1.0]], 0, 0)),
    "no symbol": layer("TFOpLambda"),
    "no input": layer("Add", inbound_nodes=[[]]),
    "operator of a graph": layer("TensorFlowOpLayer", config={"node_def": "op: 'WriteFile'"}),
    "method": layer("InstanceMethod", config={"method_name": "numpy"}),
    "class method": layer("ClassMethod", config={"cls_symbol": "io", "method_name": "x"}),
    "property": layer("InstanceProperty", config={"attr_name": "x"}),
    "module": layer("ModuleWrapper", config={"module": "x"}),
    "lambda": layer("Lambda", config={"function": ["4wEA", None, None]}),
    "function of os": function("system", "os"),
    "function of Keras": function("get_file", "keras.utils"),
    "class of another module": layer("Dense", module="subprocess"),
    "another name in a module": layer("Dense", module="tf_keras.utils", registered_name="get_file"),
    "test of Keras": layer("Dense", module="keras.src.layers.core.dense_test"),
    "other part of Keras": layer("Dense", module="tf_keras.src.testing_infra.test_utils"),
    "attribute": layer("Dense.from_config", module="keras.layers"),
    "vocabulary file": layer("StringLookup", config={"vocabulary": "/etc/passwd"}),
    "extension type": {"class_name": "TypeSpec", "type_spec": "x.Spec", "serialized": []},
    "composite tensor": {"class_name": "CompositeTensor", "spec": {}, "tensors": []},
    "function as layer": layer("deserialize", config={"config": {}}),
    "name that is no text": {"class_name": ["Dense"], "config": {}},
    "activation": layer("Dense", config={"activation": "deserialize"}),
}

KERAS3 = {
    **{
        f"function {module}.{name}": function(name, module)
        for module, name in (
            *(("keras.utils", "get_file"), ("keras.utils", "plot_model"), ("os", "system")),
            *(("keras.applications", "ResNet50"), ("keras.datasets.mnist", "load_data")),
            *(("keras.saving", "load_model"), ("keras.config", "set_backend")),
            *(("builtins", "eval"), ("builtins", "deserialize"), ("keras.models", "clone_model")),
        )
    },
    "another registered name": function("relu", "os", registered_name="system"),
    "lambda": layer("__lambda__", config={"value": "4wEA"}),
    "Lambda": layer("Lambda", module="keras.layers"),
    "SavedModel": layer("TFSMLayer", module="keras.layers", config={"filepath": "/x"}),
    "pickle": layer("TorchModuleWrapper", module="keras.layers"),
    "JAX": layer("JaxLayer", module="keras.layers"),
    "vocabulary file": layer("TextVectorization", module="keras.layers"),
    "editor of files": layer("KerasFileEditor", module="keras.saving"),
    "callback": layer("BackupAndRestore", module="keras.callbacks"),
    "metric of a module": layer("CSVLogger", module="keras.src.callbacks.csv_logger"),
    "type": layer(
        "__typespec__", module="tensorflow", registered_name=None, spec_name="TensorSpec"
    ),
    "operation that calls": layer("Map", module="keras.src.ops.core"),
    "operation without input": layer("Arange", module="keras.src.ops.numpy"),
    "operation on constants": layer(
        "Repeat",
        module="keras.src.ops.numpy",
        inbound_nodes=[{"args": [[1.0], 10_000_000_000], "kwargs": {}}],
    ),
    "layer on constants": layer(
        "UpSampling2D", module="keras.layers", inbound_nodes=[{"args": [[[[[1]]]]], "kwargs": {}}]
    ),
    "text as numbers": layer("__numpy__", config={"value": ["a"], "dtype": "<U500000000"}),
    "objects": layer("__numpy__", config={"value": [], "dtype": "object"}),
    "module of keras-hub": layer("get_file", module="keras_hub.src.utils.preset_utils"),
    "tokenizer in a model": layer(
        "BertTokenizer",
        module="keras_hub.src.models.bert.bert_tokenizer",
        registered_name="keras_hub>BertTokenizer",
        config={"vocabulary": "/etc/passwd"},
    ),
    "task in a model": layer(
        "BertTextClassifier",
        module="keras_hub.src.models.bert.bert_text_classifier",
        registered_name="keras_hub>BertTextClassifier",
    ),
    "package that is not imported": layer("Dense", module="keras_cv.layers"),
    "name of a package": layer("Dense", module="kerastl.cli.main"),
    "test of Keras": layer("Dense", module="keras.src.layers.core.dense_test"),
    "other part of Keras": layer("Dense", module="keras.src.testing.test_case"),
    "TensorFlow function": calling("math.add"),
}
