"""Write a SavedModel and verify it in a process without Keras."""
