"""Commands with which a person corrects answers and chooses what to label."""
