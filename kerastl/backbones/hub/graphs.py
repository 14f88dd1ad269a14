"""keras-hub's networks as flat functional graphs with named stage ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kerastl.backbones.hub.family import Family

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.partition import End


def family_ends(family: Family, config: dict[str, Any]) -> dict[str, End]:
    """Return where each stage of a family's network ends.

    Args:
        family: Declaration of the network.
        config: The network's configuration with its number of blocks.

    Returns:
        Ends by stage name, from input to output; see `kerastl.backbones.partition.partition`.
    """
    numbers = range(family.first, family.first + config[family.count])
    blocks = [family.block.format(number) for number in numbers]
    ends: dict[str, End] = {"embeddings": f"before:{blocks[0]}"}
    for number, following in enumerate(blocks[1:], start=1):
        ends[family.stage.format(number)] = f"before:{following}"
    ends[family.stage.format(len(blocks))] = blocks[-1] if family.has_top else "output"
    if family.has_top:
        ends["top"] = "output"
    return ends


def flat_text_model(source: keras.Model) -> keras.Model:
    """Reduce a text network to token ids and mask in, token sequence out.

    Segment ids are set to zero: one text is one segment. Layers after the sequence, such as
    BERT's pooler, are left out.

    Raises:
        ValueError: The network has other inputs, such as an image.
    """
    import keras

    from kerastl.backbones.graph import ancestors, nodes_in_order, replay

    given = {each.name: each for each in source.inputs}
    if not {"token_ids", "padding_mask"} <= set(given) <= {*_TEXT_INPUTS}:
        raise ValueError(
            "A text backbone must take token_ids, padding_mask and optionally segment_ids. "
            f"Received: {source.name!r} with inputs {sorted(given)}"
        )
    inputs = {
        name: keras.Input((None,), dtype="int32", name=name)
        for name in ("token_ids", "padding_mask")
    }
    tensors = {id(given[name]): inputs[name] for name in inputs}
    if "segment_ids" in given:
        tensors[id(given["segment_ids"])] = keras.ops.zeros_like(inputs["token_ids"])
    output = source.output
    sequence = output["sequence_output"] if isinstance(output, dict) else output
    made = replay(ancestors([sequence], nodes_in_order(source)), tensors)
    return keras.Model(list(inputs.values()), made[id(sequence)], name=source.name)


def flat_vit_model(source: keras.Model) -> keras.Model:
    """Rebuild a Vision Transformer with one layer a block, so that blocks can be frozen alone."""
    import keras

    from kerastl.backbones.hub.vit import EncoderBlock, PatchEmbedding, loadable

    encoder = source.get_layer("vit_encoder")
    patches = source.get_layer("vit_patching_and_embedding")
    pixels = keras.Input(source.inputs[0].shape[1:], name="pixels")
    tokens = encoder.dropout(loadable(patches, PatchEmbedding, pixels.shape)(pixels))
    for block in encoder.encoder_layers:
        tokens = loadable(block, EncoderBlock, tokens.shape)(tokens)
    return keras.Model(pixels, encoder.layer_norm(tokens), name=source.name)


_TEXT_INPUTS = ("token_ids", "padding_mask", "segment_ids")
