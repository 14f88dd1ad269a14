"""The operations of tensorflow-text, by the library that holds them."""

# Servers link tensorflow-text's `ops_lib` (tensorflow_serving/model_servers/BUILD), up to server
# 2.19.1 that of tensorflow-text 2.12.1 (tensorflow_serving/workspace.bzl). Of its libraries, these
# are in it since 2021; `trimmer_ops`, which keras-hub's own packer needs, came later.
TEXT_OPERATIONS = {
    "constrained_sequence_op": ["ConstrainedSequence"],
    "fast_wordpiece_tokenizer": [
        "FastWordpieceTokenizeWithOffsets",
        "TFText>FastWordpieceDetokenize",
    ],
    "mst_ops": ["MaxSpanningTree"],
    "normalize_ops": [
        "CaseFoldUTF8",
        "FindSourceOffsets",
        "NormalizeUTF8",
        "NormalizeUTF8WithOffsetsMap",
    ],
    "regex_split_ops": ["RegexSplitWithOffsets"],
    "sentence_breaking_ops": ["SentenceFragments"],
    "sentencepiece_tokenizer": [
        "SentencepieceDetokenizeOp",
        "SentencepieceIdToStringOp",
        "SentencepieceOp",
        "SentencepieceStringToIdOp",
        "SentencepieceTokenizeOp",
        "SentencepieceTokenizeWithOffsetsOp",
        "SentencepieceVocabSizeOp",
    ],
    "split_merge_from_logits_tokenizer": ["TokenizerFromLogits"],
    "split_merge_tokenizer": ["SplitMergeTokenizeWithOffsets"],
    "state_based_sentence_breaker_op": ["SentenceFragmentsV2"],
    "unicode_script_tokenizer": ["UnicodeScriptTokenizeWithOffsets"],
    "whitespace_tokenizer": ["WhitespaceTokenizeWithOffsets"],
    "whitespace_tokenizer_v2": ["TFText>WhitespaceTokenizeWithOffsetsV2"],
    "wordpiece_tokenizer": ["WordpieceTokenizeWithOffsets"],
}
