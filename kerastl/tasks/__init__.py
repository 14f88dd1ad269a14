"""One recipe a file: what kerastl can train."""

TASKS = {
    "image_classification": "kerastl.tasks.image_classification:ImageClassification",
    "text_classification": "kerastl.tasks.text_classification:TextClassification",
    "token_classification": "kerastl.tasks.token_classification:TokenClassification",
}
"""Where the recipe of each task is, as `module:class`."""
