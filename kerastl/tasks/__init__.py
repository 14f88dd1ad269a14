"""One recipe a file: what kerastl can train."""

TASKS = {
    "few_shot_text_classification": ("kerastl.tasks.few_shot.task:FewShotTextClassification"),
    "image_classification": "kerastl.tasks.classification.image:ImageClassification",
    "image_multi_label_classification": (
        "kerastl.tasks.multi_label.image:ImageMultiLabelClassification"
    ),
    "image_regression": "kerastl.tasks.regression.image:ImageRegression",
    "object_detection": "kerastl.tasks.object_detection.task:ObjectDetection",
    "text_classification": "kerastl.tasks.classification.text:TextClassification",
    "text_multi_label_classification": (
        "kerastl.tasks.multi_label.text:TextMultiLabelClassification"
    ),
    "text_regression": "kerastl.tasks.regression.text:TextRegression",
    "token_classification": "kerastl.tasks.token_classification.task:TokenClassification",
}
"""Where the recipe of each task is, as `module:class`."""
