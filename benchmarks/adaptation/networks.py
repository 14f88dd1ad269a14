"""The networks of the tasks, each with a layer named `features`."""

import keras

from adaptation.latent_features import LATENT_WIDTH

DIGIT_SIDE = 16


def reviews_network(seed: int) -> keras.Model:
    """Return a classifier of review features: one hidden layer."""
    keras.utils.set_random_seed(seed)
    reviews = keras.Input((LATENT_WIDTH,))
    x = keras.layers.Dropout(0.3)(reviews)
    x = keras.layers.Dense(100, "relu", name="features")(x)
    return keras.Model(reviews, keras.layers.Dense(2, "softmax")(x))


def digits_network(seed: int) -> keras.Model:
    """Return a classifier of digits: two convolutions, one hidden layer."""
    keras.utils.set_random_seed(seed)
    images = keras.Input((DIGIT_SIDE, DIGIT_SIDE, 1))
    x = keras.layers.Conv2D(16, 3, padding="same", activation="relu")(images)
    x = keras.layers.MaxPooling2D()(x)
    x = keras.layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    x = keras.layers.MaxPooling2D()(x)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dropout(0.5)(x)
    x = keras.layers.Dense(128, "relu", name="features")(x)
    return keras.Model(images, keras.layers.Dense(10, "softmax")(x))
