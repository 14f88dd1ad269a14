"""Check what `recipe.explain` marks: deletion, and random weights.

    KERASTL_SHARED=... python benchmarks/explanations.py [--seeds 0] [--examples 60]

Cases of benchmarks/transfer. The marked part is deleted, and a random part of the same size and
shape: of an image the fifth with the highest values becomes its mean colour, the random part is the
same fifth, shifted; of a text one word in ten is left out, those with the largest weights or any.
Printed is the mean decrease of the log-odds of the predicted class, and in how many examples
deleting the marked part costs more. For images also the rank correlation of the heat map with that
of the same network after its weights were permuted within each array (Adebayo et al. 2018).
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from scipy.stats import spearmanr
from transfer.cases import Case

from kerastl.seeing.explaining.heat_map import resized
from kerastl.training.freezing.freezing import stages

IMAGES = (Case("trashnet6", "MobileNetV2 0.35"), Case("sign_digits", "MobileNetV2 0.35"))
TEXTS = (Case("rt_polarity", "MiniLM"),)
SHARE = 0.2


def log_odds(recipe, inputs, target):
    """Return the log-odds of a class for each input."""
    rows = np.array([each.probabilities[target] for each in recipe.predict(inputs)])
    rows = np.clip(rows, 1e-6, 1 - 1e-6)
    return np.log(rows / (1 - rows))


def pixels(recipe, split, index):
    """Return one image as the model reads it."""
    batch = next(iter(split.subset([index]).pixels(recipe.image_size, 1).as_numpy_iterator()))
    return np.asarray(batch[0])[0].astype("uint8")


def images(case, seed, examples):
    """Print the numbers of one image case, by stage."""
    recipe, data = case.recipe(), case.dataset(seed)
    recipe.fit(data, seed=seed, verbose=0)
    chosen = np.random.default_rng(seed).permutation(len(data.test))[:examples]
    generator = np.random.default_rng(seed)
    for stage in (None, *[each.name for each in stages(recipe.model)][-4:]):
        drops, maps, used = [], [], []
        for index in chosen:
            image = pixels(recipe, data.test, index)
            try:
                found = recipe.explain(image, stage=stage)
            except ValueError:
                continue
            marked = found.marked(SHARE, image.shape[:2])
            shift = generator.integers(0, image.shape[:2])
            parts = (marked, np.roll(marked, shift, axis=(0, 1)))
            changed = [image]
            for part in parts:
                copy = image.copy()
                copy[part] = image.reshape(-1, 3).mean(axis=0)
                changed.append(copy)
            before, *after = log_odds(recipe, changed, found.target)
            drops.append(before - np.array(after))
            maps.append(found)
            used.append(image)
        drops = np.array(drops)
        alike = randomised(recipe, used[:20], maps[:20])
        print(
            f"{case.name}, stage {stage or f'default ({maps[0].stage})'}, {maps[0].heat.shape}: "
            f"marked {drops[:, 0].mean():.2f}, random {drops[:, 1].mean():.2f}, "
            f"costs more in {(drops[:, 0] > drops[:, 1]).mean():.0%} of {len(drops)}; "
            f"rank correlation with random weights {alike:.2f}",
            flush=True,
        )


def randomised(recipe, used, maps):
    """Return the mean rank correlation with maps of permuted weights; 0 where there is no map."""
    weights = recipe.model.get_weights()
    generator = np.random.default_rng(0)
    recipe.model.set_weights([generator.permutation(w.ravel()).reshape(w.shape) for w in weights])
    found = []
    for image, before in zip(used, maps, strict=True):
        try:
            after = recipe.explain(image, target=before.target, stage=before.stage)
        except (ValueError, FloatingPointError):
            found.append(0.0)
            continue
        heat = resized(after.heat, before.heat.shape)
        found.append(abs(spearmanr(before.heat.ravel(), heat.ravel()).statistic))
    recipe.model.set_weights(weights)
    return float(np.nanmean(found))


def texts(case, seed, examples):
    """Print the numbers of one text case."""
    recipe, data = case.recipe(), case.dataset(seed)
    recipe.fit(data, "feature_extraction", seed=seed, verbose=0)
    generator = np.random.default_rng(seed)
    drops = []
    for index in np.random.default_rng(seed).permutation(len(data.test))[:examples]:
        found = recipe.explain(data.test.inputs[index])
        count = max(1, len(found.words) // 10)
        random = generator.permutation(len(found.words))[:count]
        shorter = [found.text, found.without(np.argsort(-found.weights)[:count])]
        before, *after = log_odds(recipe, [*shorter, found.without(random)], found.target)
        drops.append(before - np.array(after))
    drops = np.array(drops)
    print(
        f"{case.name}: marked {drops[:, 0].mean():.2f}, random {drops[:, 1].mean():.2f}, costs "
        f"more in {(drops[:, 0] > drops[:, 1]).mean():.0%} of {len(drops)}",
        flush=True,
    )


def main() -> None:
    """Run all cases."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    parser.add_argument("--examples", type=int, default=60)
    parser.add_argument("--cases", nargs="*", help="parts of case names; default: all")
    options = parser.parse_args()
    for measure, cases in ((images, IMAGES), (texts, TEXTS)):
        for case in cases:
            if not options.cases or any(part in case.name for part in options.cases):
                for seed in options.seeds:
                    measure(case, seed, options.examples)


if __name__ == "__main__":
    main()
