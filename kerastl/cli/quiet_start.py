"""Import TensorFlow before a command begins, with a line that says so."""

from kerastl.basics.progress import showing_progress, step


def import_tensorflow() -> None:
    """Import TensorFlow. It takes seconds, which a terminal shows."""
    with showing_progress("auto"), step("Starting TensorFlow"):
        import tensorflow  # noqa: F401
