"""Selection of the weights that a phase ends with, by the validation split."""
