"""Write a SavedModel and check it in a process without Keras."""
