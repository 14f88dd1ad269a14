"""Vectors are the backbone's own, wherever they go."""

import keras
import numpy as np
import pytest

import kerastl as ktl
from tests.training import tiny

WORDS = ["a", "fine", "dull", "film", "the", "end", ".", ",", "un", "##like", "##ly"]
TEXTS = ["a fine film", "the end", "a dull , dull film . the end", "", "unlikely"]


def text_embedding(**options):
    backbone = ktl.backbone(
        "bert",
        weights=None,
        vocabulary=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS],
        num_layers=2,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        max_sequence_length=16,
    )
    return ktl.Embedding(backbone, **options)


@pytest.fixture(scope="module")
def embedding():
    return text_embedding()


@pytest.mark.both_backends
def test_vectors_are_the_mean_of_token_vectors_whatever_the_batch(embedding):
    packed = embedding.backbone.packer(TEXTS, 16)
    given = {name: np.asarray(values) for name, values in packed.items()}
    tokens = np.asarray(embedding._features.predict_on_batch(given))
    mask = given["padding_mask"][..., None]
    expected = (tokens * mask).sum(axis=1) / mask.sum(axis=1)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    for batch_size in (2, 32):
        vectors = embedding.embed(TEXTS, batch_size=batch_size)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(vectors, expected, atol=1e-5)


@pytest.mark.both_backends
def test_a_stage_and_lengths_are_a_matter_of_choice(embedding):
    first = embedding.backbone.stage_names[1]
    other = ktl.Embedding(embedding.backbone, first, "cls", normalize=False)
    assert other.stage == first
    vectors = other.embed(TEXTS)
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() > 0.1
    with pytest.raises(ValueError, match="layer9"):
        ktl.Embedding(embedding.backbone, "layer9").embed(TEXTS)
    with pytest.raises(ValueError, match="at most 16 tokens"):
        ktl.Embedding(embedding.backbone, sequence_length=17)


def test_a_file_holds_the_same_and_appears_whole(embedding, tmp_path):
    path = tmp_path / "deep" / "vectors.npy"
    mapped = embedding.embed(TEXTS, batch_size=2, to=path)
    assert isinstance(mapped, np.memmap)
    np.testing.assert_allclose(mapped, embedding.embed(TEXTS), atol=1e-6)
    before = path.read_bytes()
    broken = [*TEXTS, "a film"]
    embedding.model  # noqa: B018 - built before it is broken
    original = embedding.model.predict_on_batch
    calls = []

    def failing(batch):
        calls.append(batch)
        if len(calls) == 2:
            raise MemoryError
        return original(batch)

    embedding.model.predict_on_batch = failing
    try:
        with pytest.raises(MemoryError):
            embedding.embed(broken, batch_size=2, to=path)
    finally:
        embedding.model.predict_on_batch = original
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["vectors.npy"]


def test_images_of_every_form_give_one_vector():
    images, labels = tiny.images(count=12)
    embedding = ktl.Embedding(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    split = ktl.data.arrays(images, labels).train
    vectors = embedding.embed(split, batch_size=5)
    assert vectors.shape == (12, 6)
    np.testing.assert_allclose(embedding.embed(images[3]), vectors[3:4], atol=1e-5)
    features = embedding._features.predict(images.astype("float32"), verbose=0).mean(axis=(1, 2))
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors, features, atol=1e-5)
    assert embedding.index(split).search(images[3], k=1)[0].position == 3
    with pytest.raises(ValueError, match="needs a backbone for texts"):
        embedding.word_embeddings(["a film"])


def test_nothing_gives_nothing_and_the_other_kind_is_refused(embedding):
    assert embedding.embed([]).shape == (0, 16)
    assert embedding.word_embeddings([]) == []
    images = ktl.data.arrays(*tiny.images(count=6)).train
    with pytest.raises(ValueError, match="a split of images"):
        embedding.embed(images)


@pytest.mark.both_backends
def test_words_are_where_they_say_with_the_mean_of_their_tokens(embedding):
    text = "A unlikely, film"
    (words,) = embedding.word_embeddings([text])
    assert [each.word for each in words] == ["A", "unlikely", ",", "film"]
    assert all(text[each.start : each.end] == each.word for each in words)
    packed = embedding.backbone.packer([text], 16)
    given = {name: np.asarray(values) for name, values in packed.items()}
    tokens = np.asarray(embedding._features.predict_on_batch(given))[0]
    np.testing.assert_allclose(words[1].vector, tokens[2:5].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(words[3].vector, tokens[6], atol=1e-5)


def test_words_of_long_texts_are_all_there(embedding):
    text = "a fine film , " * 20
    (words,) = embedding.word_embeddings(text)
    assert [each.word for each in words] == text.split()
    assert all(np.isfinite(each.vector).all() for each in words)


def test_layers_of_words_are_averaged(embedding):
    names = embedding.backbone.stage_names[-2:]
    each = [embedding.word_embeddings("a film", [name])[0][1].vector for name in names]
    both = embedding.word_embeddings("a film", names)[0][1].vector
    np.testing.assert_allclose(both, np.mean(each, axis=0), atol=1e-5)


@pytest.mark.slow
def test_gpt2_pools_its_last_token_and_places_its_words():
    from tests.contracts.small_presets import small_tokenizer

    tokenizer = small_tokenizer("gpt2")
    backbone = ktl.backbone(
        "gpt2",
        weights=None,
        vocabulary=tokenizer.vocabulary,
        merges=tokenizer.merges,
        num_layers=1,
        num_heads=2,
        hidden_dim=8,
        intermediate_dim=16,
        max_sequence_length=32,
    )
    embedding = ktl.Embedding(backbone, normalize=False)
    text = "Łódź is a  fine film."
    (words,) = embedding.word_embeddings([text])
    assert [each.word for each in words] == ["Łódź", "is", "a", "fine", "film", "."]
    assert all(text[each.start : each.end] == each.word for each in words)
    packed = {name: np.asarray(v) for name, v in backbone.packer([text], 32).items()}
    last = int(packed["padding_mask"].sum()) - 1
    tokens = np.asarray(embedding._features.predict_on_batch(packed))
    np.testing.assert_allclose(embedding.embed(text)[0], tokens[0, last], atol=1e-5)


def test_a_recipes_backbone_gives_its_own_features():
    recipe = ktl.TextClassification(text_embedding().backbone, sequence_length=16)
    recipe.build(["bad", "good"])
    vectors = ktl.Embedding.of(recipe, normalize=False).embed(TEXTS)
    pooled = keras.tree.flatten(recipe.model.get_layer("pooling").input)[-1]
    model = keras.Model(recipe.model.input, pooled)
    packed = {name: np.asarray(v) for name, v in recipe.packer(TEXTS, 16).items()}
    np.testing.assert_allclose(vectors, model.predict_on_batch(packed), atol=1e-5)


@pytest.mark.slow
def test_the_real_encoder_finds_what_means_the_same(minilm):
    embedding = ktl.Embedding("bert", weights=minilm)
    texts = ["The battery lasts for days.", "The plot was thin.", "Our waiter was rude."]
    index = embedding.index(texts)
    assert index.search("The film had no story.", k=1)[0].position == 1
    assert index.search("I hardly ever charge it.", k=1)[0].position == 0
    assert [each[0].position for each in index.search(["bad service in a café"], k=1)] == [2]


@pytest.mark.slow
def test_an_exported_embedder_answers_like_the_model(embedding, tmp_path):
    texts = [f"{a} {b} {c}" for a in WORDS[:6] for b in WORDS[:6] for c in WORDS[:3]]
    bundle = embedding.export(tmp_path / "out", texts, quantize=("float32", "dynamic"))
    assert bundle.task == "embedding"
    assert {row.name for row in bundle.artifacts} == {
        "saved_model",
        "tflite/float32",
        "tflite/dynamic",
    }
    for row in bundle.artifacts:
        assert row.kept, row
        assert row.agreement > 0.98
    assert bundle["tflite/float32"].agreement == pytest.approx(1.0, abs=1e-5)
    assert bundle.model_accuracy == 1.0
    vectors = ktl.load_bundle(bundle.directory, "float32").predict(texts[:5])
    np.testing.assert_allclose(vectors, embedding.embed(texts[:5]), atol=1e-5)
    assert ktl.load_bundle(bundle.directory).predict([]).shape == (0, vectors.shape[1])
    with pytest.raises(ValueError, match="at least 2 inputs"):
        embedding.export(tmp_path / "other", ["a film"])
