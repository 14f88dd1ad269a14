"""One recipe a file: what kerastl can train."""

TASKS = {
    "few_shot_text_classification": (
        "kerastl.tasks.few_shot_text_classification:FewShotTextClassification"
    ),
    "image_classification": "kerastl.tasks.image_classification:ImageClassification",
    "image_multi_label_classification": (
        "kerastl.tasks.image_multi_label_classification:ImageMultiLabelClassification"
    ),
    "image_regression": "kerastl.tasks.image_regression:ImageRegression",
    "object_detection": "kerastl.tasks.object_detection:ObjectDetection",
    "text_classification": "kerastl.tasks.text_classification:TextClassification",
    "text_multi_label_classification": (
        "kerastl.tasks.text_multi_label_classification:TextMultiLabelClassification"
    ),
    "text_regression": "kerastl.tasks.text_regression:TextRegression",
    "token_classification": "kerastl.tasks.token_classification:TokenClassification",
}
"""Where the recipe of each task is, as `module:class`."""
