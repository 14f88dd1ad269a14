"""The masked language model loss of UDALM."""

from typing import Any, ClassVar

import keras
from keras import ops

from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.losses.domain_batch import DomainBatch
from kerastl.training.freezing.freezing import stages

_MASKED, _REPLACED = 0.8, 0.1  # shares of the chosen words (Devlin et al. 2019)


class MaskedWords(Alignment):
    """Mask some words of target texts and predict them from the backbone's output.

    Args:
        strength: Weight of the loss.
        share: Share of the words to predict.
        mask_token: Id of the mask token.
    """

    metric_names: ClassVar[tuple[str, ...]] = ("word_loss", "word_accuracy")

    def __init__(self, strength: float, share: float, mask_token: int) -> None:
        super().__init__()
        self._strength, self._share, self._mask_token = strength, share, mask_token
        self._draws = keras.random.SeedGenerator(0)
        self._reads: keras.Model | None = None

    def attach(self, model: keras.Model) -> None:
        """Build the language model on a model's stages and word embeddings.

        Args:
            model: A text model with the input `token_ids` and all stages trainable.

        Raises:
            ValueError: If a stage is frozen: then the model reads cached features, not tokens.
        """
        names = [tensor.name for tensor in model.inputs]
        trained = stages(model)
        if "token_ids" not in names or not all(stage.trainable for stage in trained):
            raise ValueError(
                "UDALM trains the whole backbone: use phases that train 'all'. Received: a phase "
                f"that trains {[stage.name for stage in trained if stage.trainable]}"
            )
        if self._reads is not None:
            return
        layers = [each for stage in trained for each in stage._flatten_layers(include_self=False)]
        self._words = next(
            layer for layer in layers if isinstance(layer, keras.layers.ReversibleEmbedding)
        )
        last = keras.tree.flatten(trained[-1].output)[-1]
        self._reads = keras.Model(model.input, last, name="words_in_context")
        size, width = self._words.input_dim, last.shape[-1]
        self._transform = keras.layers.Dense(width, "gelu", name="word_transform")
        self._transform.build((None, width))
        self._normalize = keras.layers.LayerNormalization(name="word_norm")
        self._normalize.build((None, width))
        self._project = None
        if self._words.output_dim != width:
            self._project = keras.layers.Dense(self._words.output_dim, name="word_projection")
            self._project.build((None, width))
        self._bias = self.add_weight((size,), initializer="zeros", name="word_bias")

    def loss(self, batch: DomainBatch) -> tuple[Any, dict[str, Any]]:
        """Return the weighted log-loss of the chosen words of target texts."""
        tokens = batch.inputs["token_ids"]
        positions, counted = self._choose(batch.inputs["padding_mask"])
        hidden = self._hidden(tokens, positions, counted)
        assert self._reads is not None
        context = self._reads({**batch.inputs, "token_ids": hidden}, training=True)
        seen = ops.take_along_axis(
            ops.cast(context, "float32"), ops.expand_dims(positions, -1), axis=1
        )
        words = ops.take_along_axis(tokens, positions, axis=1)
        logits = self._logits(seen)
        losses = keras.losses.sparse_categorical_crossentropy(words, logits, from_logits=True)
        weights = counted * ops.expand_dims(batch.is_target, 1)
        total = ops.maximum(ops.sum(weights), 1.0)
        loss = ops.sum(losses * weights) / total
        right = ops.cast(ops.argmax(logits, axis=-1) == ops.cast(words, "int32"), "float32")
        return self._strength * loss, {
            "word_loss": loss,
            "word_accuracy": ops.sum(right * weights) / total,
        }

    def _choose(self, mask: Any) -> tuple[Any, Any]:
        """Return positions and a 0/1 mask of those that count, shape `(batch, chosen)` each."""
        mask = ops.cast(mask, "float32")
        length = mask.shape[1] or ops.shape(mask)[1]
        # The first and last tokens of a text are special tokens.
        followed = ops.pad(mask[:, 1:], [[0, 0], [0, 1]])
        inner = followed * ops.cast(ops.arange(length) > 0, "float32")
        drawn = keras.random.uniform(ops.shape(mask), seed=self._draws) * inner
        if isinstance(length, int):
            count: Any = max(1, round(self._share * length))
        else:
            count = ops.maximum(1, ops.cast(self._share * ops.cast(length, "float32"), "int32"))
        values, positions = ops.top_k(drawn, count, sorted=True)
        # The number of positions is fixed by the length; a short text uses fewer of them.
        wanted = ops.ceil(self._share * ops.sum(inner, axis=1, keepdims=True))
        rank = ops.cast(ops.arange(count), "float32")
        counted = ops.cast(values > 0, "float32") * ops.cast(rank[None] < wanted, "float32")
        return positions, counted

    def _hidden(self, tokens: Any, positions: Any, counted: Any) -> Any:
        # The sum of the one-hot rows marks the chosen positions.
        one_hot = ops.one_hot(positions, ops.shape(tokens)[1], dtype="float32")
        chosen = ops.sum(one_hot * ops.expand_dims(counted, -1), axis=1)
        fate = keras.random.uniform(ops.shape(tokens), seed=self._draws)
        others = keras.random.randint(ops.shape(tokens), 0, self._words.input_dim, seed=self._draws)
        mask_token = ops.full_like(tokens, self._mask_token)
        replaced = ops.where(fate < _MASKED + _REPLACED, ops.cast(others, tokens.dtype), tokens)
        return ops.where(chosen > 0, ops.where(fate < _MASKED, mask_token, replaced), tokens)

    def _logits(self, seen: Any) -> Any:
        seen = self._normalize(self._transform(seen))
        if self._project is not None:
            seen = self._project(seen)
        table = ops.cast(self._words.embeddings, "float32")
        return ops.matmul(seen, ops.transpose(table)) + self._bias
