import keras

from kerastl.callbacks import GradualUnfreeze
from kerastl.callbacks.blocks import block_ends
from kerastl.callbacks.parts import Parts


def mobilenet():
    return keras.applications.MobileNetV2((32, 32, 3), alpha=0.35, weights=None, classes=4)


def test_blocks_of_a_convolutional_network_end_where_the_resolution_changes():
    model = mobilenet()
    names = [layer.name for layer in block_ends(model)]
    assert names == [f"block_{number}_expand_relu" for number in (1, 3, 6, 13)]
    parts = Parts(model, None, freeze_batch_norm=True)
    steps = GradualUnfreeze().plan(parts)
    assert len(steps) == len(names) + 2
    counts = [len(parts.train(step)) for step in steps]
    assert counts == sorted(set(counts))
    everything = len(parts.train("all"))
    assert counts[-1] == everything


def test_a_nested_model_has_the_same_blocks():
    base = keras.applications.MobileNetV2((32, 32, 3), alpha=0.35, weights=None, include_top=False)
    x = keras.layers.GlobalAveragePooling2D()(base.output)
    flat = keras.Model(base.input, keras.layers.Dense(4)(x))
    inputs = keras.Input((32, 32, 3))
    x = keras.layers.GlobalAveragePooling2D()(base(inputs))
    nested = keras.Model(inputs, keras.layers.Dense(4)(x))
    flat_steps, steps = (
        Parts(each, None, freeze_batch_norm=True).unfreezing_steps() for each in (flat, nested)
    )
    assert set(flat_steps) <= set(steps)
    assert len(steps) <= len(flat_steps) + 1


def test_a_model_without_a_graph_goes_layer_by_layer():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.row = [keras.layers.Dense(2, name=f"dense{number}") for number in range(3)]

        def call(self, inputs):
            for layer in self.row:
                inputs = layer(inputs)
            return inputs

    model = Own()
    model(keras.ops.ones((1, 2)))
    assert block_ends(model) == []
    steps = Parts(model, None, freeze_batch_norm=True).unfreezing_steps()
    assert steps == ["head", "last:2", "last:3"]
