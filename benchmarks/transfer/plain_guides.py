"""The plain programs, written as the public Keras guides on transfer learning write them.

(a) A frozen backbone and a fresh head, 20 epochs with Adam at its default rate. (b) Then everything
trains, 10 epochs with Adam at 1e-5. Images are decoded once and cached, which the guides do too;
the weights are those of the last epoch.

One pass is what no program can do without: build the backbone, read every training and validation
example once, and run the backbone on it.
"""

from dataclasses import dataclass

import keras
import keras_hub
import numpy as np
import tensorflow as tf
from shared_folder import minilm

import kerastl as ktl
from transfer.cases import Case
from transfer.stopwatch import Elapsed, Stopwatch

_FROZEN_EPOCHS, _TUNED_EPOCHS = 20, 10
_BATCH = 32
_SIZE = (224, 224)
_APPLICATIONS = {
    "mobilenet": keras.applications.MobileNet,
    "mobilenet_v2": keras.applications.MobileNetV2,
    "vgg16": keras.applications.VGG16,
    "inception_v3": keras.applications.InceptionV3,
}


@dataclass(frozen=True)
class PlainRun:
    """Test accuracy up to the end of each phase, and what it took by then."""

    frozen_accuracy: float
    frozen_time: Elapsed
    tuned_accuracy: float
    tuned_time: Elapsed


def run_plain_guide(case: Case, data: ktl.data.Dataset, seed: int) -> PlainRun:
    """Run both phases on a data set's training split and measure its test split."""
    keras.utils.set_random_seed(seed)
    watch = Stopwatch()
    if case.modality == "image":
        model, base, batches = _image_classifier(case, data)
    else:
        model, base, batches = plain_text_classifier(data)
    train, validation = batches(data.train, True), batches(data.validation, False)
    base.trainable = False
    fit_plainly(model, train, validation, keras.optimizers.Adam(), _FROZEN_EPOCHS)
    frozen_time = watch.elapsed()
    test = batches(data.test, False)
    frozen_accuracy = model.evaluate(test, verbose=0)[1]
    resumed = Stopwatch()
    base.trainable = True
    fit_plainly(model, train, validation, keras.optimizers.Adam(1e-5), _TUNED_EPOCHS)
    tuned_time = frozen_time + resumed.elapsed()
    return PlainRun(frozen_accuracy, frozen_time, model.evaluate(test, verbose=0)[1], tuned_time)


def run_one_pass(case: Case, data: ktl.data.Dataset) -> Elapsed:
    """Build the backbone and run it once over what `fit` reads."""
    watch = Stopwatch()
    if case.modality == "image":
        base = _application(case)
        for split in (data.train, data.validation):
            pixels = split.pixels(_SIZE, batch_size=_BATCH)
            base.predict(pixels.map(lambda pixels, _: _scaled(case, pixels)), verbose=0)
    else:
        _, base, batches = plain_text_classifier(data)
        for split in (data.train, data.validation):
            base.predict(batches(split, False).map(lambda tokens, _: tokens), verbose=0)
    return watch.elapsed()


def fit_plainly(model, train, validation, optimizer, epochs):
    """Train on labels with nothing but an optimizer."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss, metrics=["accuracy"])
    model.fit(train, validation_data=validation, epochs=epochs, verbose=0)


def _image_classifier(case: Case, data: ktl.data.Dataset):
    base = _application(case)
    # The guides' augmentation, without the flip where it changes the class.
    augmentation = [keras.layers.RandomRotation(0.1)]
    if case.flips:
        augmentation.insert(0, keras.layers.RandomFlip("horizontal"))
    inputs = keras.Input((*_SIZE, 3))
    x = inputs
    for layer in augmentation:
        x = layer(x)
    x = _scaled(case, x)
    x = base(x, training=False)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dropout(0.2)(x)
    outputs = keras.layers.Dense(len(data.class_names))(x)

    def batches(split, shuffle):
        images = split.pixels(_SIZE, batch_size=_BATCH).unbatch().cache()
        images = images.apply(tf.data.experimental.assert_cardinality(len(split)))
        if shuffle:
            images = images.shuffle(len(split))
        return images.batch(_BATCH).prefetch(tf.data.AUTOTUNE)

    model = keras.Model(inputs, outputs)
    return model, base, batches


def _application(case: Case):
    name, options = case.builder
    return _APPLICATIONS[name](
        input_shape=(*_SIZE, 3), include_top=False, weights=str(case.weights), **options
    )


def _scaled(case: Case, pixels):
    if case.backbone == "VGG16":
        return keras.applications.vgg16.preprocess_input(pixels)
    return pixels / 127.5 - 1


def plain_text_classifier(data: ktl.data.Dataset):
    """Return keras-hub's own classifier, its backbone, and what makes batches of a split."""
    preset = str(minilm())
    tokenizer = keras_hub.models.BertTokenizer.from_preset(preset)
    # What holds almost all texts: a longer one would only make the plain program slower.
    lengths = [len(tokenizer(text)) + 2 for text in data.train.inputs]
    length = int(-(-np.percentile(lengths, 99) // 16) * 16)
    classifier = keras_hub.models.BertTextClassifier.from_preset(
        preset,
        num_classes=len(data.class_names),
        preprocessor=keras_hub.models.BertTextClassifierPreprocessor(
            tokenizer, sequence_length=length
        ),
    )
    preprocessor, classifier.preprocessor = classifier.preprocessor, None

    def batches(split, shuffle):
        tensors = (preprocessor(list(split.inputs)), split.labels)
        examples = tf.data.Dataset.from_tensor_slices(tensors)
        if shuffle:
            examples = examples.shuffle(len(split))
        return examples.batch(_BATCH).prefetch(tf.data.AUTOTUNE)

    return classifier, classifier.backbone, batches
