"""One recipe a file: what kerastl can train."""

TASKS = {
    "image_classification": "kerastl.tasks.image_classification:ImageClassification",
    "text_classification": "kerastl.tasks.text_classification:TextClassification",
}
"""Where the recipe of each task is, as `module:class`."""
