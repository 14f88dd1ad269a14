"""Choose the unlabelled examples that are worth a label."""
