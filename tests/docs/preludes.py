"""What the code blocks of each page find before them: small data, and names that stand for it."""

COMMON = """
import shutil
from pathlib import Path

import keras
import numpy as np

import kerastl as ktl

texts = ["a warm story", "a dull story", "moving and funny", "tired and clumsy"] * 4
"""

# A recipe that is trained already: a linear probe on small photos.
TRAINED = """
data = ktl.data.image_folder("photos", validation_split=0.25, test_split=0.25, seed=0)
recipe = ktl.ImageClassification(image_size=32)
recipe.fit(data, "feature_extraction", verbose=0)
"""

TEXTS = """
table = {"text": "review", "label": "sentiment"}
data = ktl.data.csv("reviews.csv", **table, validation_split=0.25, test_split=0.25)
recipe = ktl.TextClassification()
recipe.fit(data, "feature_extraction", verbose=0)
"""

SMALL_MODEL = """
generator = np.random.default_rng(0)
inputs = keras.Input((4,))
features = keras.layers.Dense(8, activation="relu", name="features")(inputs)
model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(features))
y_source = np.arange(64) % 2
x_source = generator.normal(size=(64, 4)).astype("float32") + y_source[:, None]
x_target = x_source + 0.5
"""

PRELUDES = {
    "adapting": f"""{TEXTS}
recipe.save("runs/movies")
books = ktl.data.csv("reviews.csv", text="review", label="sentiment", seed=1)
few = ktl.data.arrays(["a fine lamp", "a poor lamp"], ["good", "bad"]).train
{SMALL_MODEL}
x, y, classes = x_source, y_source, model.output
domains = np.arange(64) // 32
""",
    "backbones": """
config = ktl.backbone("mobilenet_v2", weights=None).get_config()
images = keras.Input((64, 64, 3))
x = keras.layers.Conv2D(8, 3, 2, name="block2_add")(images)
x = keras.layers.Conv2D(8, 3, 2, name="block5_add")(x)
own_network = keras.Model(images, x)
own_network.save("backbone.keras")
""",
    "bundles": f"""{TRAINED}
recipe.export("out/trash", max_drop=None, min_agreement=None)
shutil.copy("new.jpg", "photos/new.jpg")
""",
    "caching-and-resuming": f"""{TRAINED}
phases = [ktl.Phase("head", linear_probe=True)]
""",
    "data": """
texts = ["a", "b", "c", "d"]
x = np.random.default_rng(0).integers(0, 256, (8, 32, 32, 3), "uint8")
y = np.arange(8) % 2
x_test, y_test = x, y
""",
    "embedding": """
data = ktl.data.csv("reviews.csv", text="review", label="sentiment", test_split=0.25)
few = data.train
""",
    "entities": "",
    "evaluation": """
data = ktl.data.image_folder("photos", validation_split=0.25, test_split=0.25, seed=0)
recipe = ktl.ImageClassification(image_size=32)
recipe.fit(data, "feature_extraction", verbose=0)
before = after = recipe.evaluate(data.test)
""",
    "export": f"""{TRAINED}
recipe.save("runs/trash")
""",
    "input-and-stages": """
data = ktl.data.csv("reviews.csv", text="review", label="sentiment", validation_split=0.25)
""",
    "inspect": "",
    "labels-and-numbers": """
paths = sorted(Path("photos").glob("*/*.png"))
radii = [float(number) for number in range(len(paths))]
""",
    "none-of-these": """
data = ktl.data.image_folder("photos", seed=0)
recipe = ktl.ImageClassification(image_size=32)
""",
    "object-detection": "",
    "pixels": TRAINED,
    "quantization": TRAINED,
    "report": TRAINED,
    "schedules": f"""{TRAINED}
x, y = np.zeros((4, 32, 32, 3), "float32"), np.zeros(4, "int32")
model = keras.applications.VGG16(weights=None, input_shape=(32, 32, 3), classes=2)
""",
    "to-label": TRAINED,
    "try": """
Path("corrections/round").mkdir(parents=True)
shutil.copy("new.jpg", "corrections/round/new.jpg")
""",
    "training": """
data = ktl.data.image_folder("photos", validation_split=0.25, test_split=0.25, seed=0)
recipe = ktl.ImageClassification(image_size=32)
many_movie_reviews = ktl.data.csv("reviews.csv", text="review", label="sentiment")
few_product_reviews = many_movie_reviews
""",
    "README": "",
    "tutorials/photos-to-phone": "",
    "tutorials/reviews-to-serving": "",
    "tutorials/movies-to-products": "",
    "tutorials/own-keras-model": "",
    "tutorials/named-entities": "",
    "tutorials/detection": "",
}

# Pages whose code needs a program that is not part of kerastl: another test runs it.
OTHERWISE = {"serving": "it asks TensorFlow Serving over gRPC"}

# Parts of a block that would train longer, or download.
REPLACED = {
    "adapting": {"epochs=20": "epochs=2"},
    "backbones": {"ktl.backbone(\n    model,": "ktl.backbone(\n    own_network,"},
    "embedding": {'"gpt2", weights="gpt2_base_en"': '"minilm"'},
    "evaluation": {'print(recipe.explain("Not': 'print(texts_recipe.explain("Not'},
    "report": {'"mlflow"': '"tensorboard"'},
    "object-detection": {"image_size=(256, 256)": "image_size=(96, 96)"},
    "tutorials/detection": {"image_size=256": "image_size=96", "max_drop=0.05": "max_drop=None"},
    "tutorials/movies-to-products": {
        "sample(750": "sample(120",
        "sentences(1.5)\n": "sentences(1.5)[:200]\n",
    },
    "tutorials/named-entities": {"max_drop=0.02": "max_drop=None"},
    "tutorials/reviews-to-serving": {"max_drop=0.02": "max_drop=None"},
    "training": {'budget="10min", epochs=3': 'budget="10min", epochs=1', "epochs=8": "epochs=1"},
}

# What a block finds in addition, by page and number: another section's data, for example.
BEFORE = {
    ("adapting", 3): "recipe = ktl.TextClassification()",
    ("data", 5): 'data = ktl.data.image_folder("trash", validation_split=0.2)',
    ("none-of-these", 1): "shutil.copy('new.jpg', 'hot_dog.jpg')",
    ("none-of-these", 2): "recipe.export('exported/trash', max_drop=None, min_agreement=None)",
    ("none-of-these", 4): "shutil.copytree('voc/JPEGImages', 'photos/_other')",
    ("none-of-these", 5): "held_out_texts = sorted(map(str, Path('more_photos').rglob('*.png')))",
    ("evaluation", 3): TEXTS.replace("recipe", "texts_recipe"),
}
