"""Declarations of the keras-hub families: classes, stages, pooling and learning rates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Declaration of one keras-hub architecture.

    Args:
        name: Public name.
        backbone: Name of the class in `keras_hub.models`.
        tokenizer: Name of the class in `keras_hub.models`; empty for images.
        preset: Default preset.
        block: Name pattern of the repeated layers; `{}` stands for the number.
        first: The first block's number.
        count: Option that holds the number of blocks.
        has_top: Whether layers follow the last block.
        pooling: Default pooling of the sequence.
        fine_tune_learning_rate: Learning rate at which fine-tuning with Adam starts.
        modality: `"text"` or `"image"`.
        stage: Name pattern of a block's stage; `{}` stands for the number from 1.
    """

    name: str
    backbone: str
    tokenizer: str
    preset: str
    fine_tune_learning_rate: float
    block: str = "transformer_layer_{}"
    first: int = 0
    count: str = "num_layers"
    has_top: bool = False
    pooling: str = "mean"
    modality: str = "text"
    stage: str = "layer{}"


FAMILIES = {
    family.name: family
    for family in (
        # Devlin et al. 2019 (appendix A.3) choose among 5e-5, 3e-5 and 2e-5.
        Family("bert", "BertBackbone", "BertTokenizer", "bert_base_en_uncased", 3e-5),
        # Distilled BERT, fine-tuned as BERT; the upper end of its choices suits 6 layers.
        Family(
            "distil_bert",
            "DistilBertBackbone",
            "DistilBertTokenizer",
            "distil_bert_base_en_uncased",
            5e-5,
        ),
        # Liu et al. 2019 (table 10) choose among 1e-5, 2e-5 and 3e-5.
        Family("roberta", "RobertaBackbone", "RobertaTokenizer", "roberta_base_en", 2e-5),
        # Lan et al. 2020 (table 14) use 1e-5 to 5e-5. One group of layers serves every depth,
        # so there is one stage for a group however often it runs.
        Family(
            "albert",
            "AlbertBackbone",
            "AlbertTokenizer",
            "albert_base_en_uncased",
            2e-5,
            block="group_{}_inner_layer_0",
            count="num_groups",
            stage="group{}",
        ),
        # Clark et al. 2020 (table 7) use 1e-4 for the base size.
        Family(
            "electra",
            "ElectraBackbone",
            "ElectraTokenizer",
            "electra_base_discriminator_uncased_en",
            1e-4,
        ),
        # He et al. 2021 (table 11) choose among 1.5e-5, 2e-5, 2.5e-5 and 3e-5 for the base size.
        Family(
            "deberta_v3",
            "DebertaV3Backbone",
            "DebertaV3Tokenizer",
            "deberta_v3_base_en",
            2e-5,
            block="disentangled_attention_encoder_layer_{}",
        ),
        # Radford et al. 2018 fine-tune GPT at 6.25e-5. A left-to-right model has read the whole
        # text only at its last token.
        Family(
            "gpt2",
            "GPT2Backbone",
            "GPT2Tokenizer",
            "gpt2_base_en",
            6.25e-5,
            has_top=True,
            pooling="last",
        ),
        # Dosovitskiy et al. 2021 fine-tune with SGD; for Adam, BERT's middle value.
        Family(
            "vit",
            "ViTBackbone",
            "",
            "vit_base_patch16_224_imagenet",
            3e-5,
            block="transformer_block_{}",
            first=1,
            has_top=True,
            pooling="cls",
            modality="image",
        ),
    )
}

SMALL_HIDDEN_DIM = 384
"""Text encoders up to this width use a higher learning rate: they tolerate it, and need it to
change enough in the few steps that a few hundred examples give (`benchmarks/main_job.py`)."""
SMALL_LEARNING_RATE = 1e-4


def family_of(backbone_class: str) -> Family | None:
    """Find the family of a `keras_hub.models` class."""
    return next((each for each in FAMILIES.values() if each.backbone == backbone_class), None)
