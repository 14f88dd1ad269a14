"""Import TensorFlow without the log lines that its libraries write while they load."""

import os
import sys
import tempfile

_LEVEL = "TF_CPP_MIN_LOG_LEVEL"


def import_tensorflow() -> None:
    """Import TensorFlow and suppress its log lines, unless the user has set a log level.

    TensorFlow 2.21 writes lines about the machine to standard error before its own log level
    takes effect, so standard error is redirected while it loads. If `TF_CPP_MIN_LOG_LEVEL` is
    set, nothing is changed.
    """
    if _LEVEL in os.environ:
        import tensorflow

        return
    os.environ[_LEVEL] = "3"
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            import tensorflow  # noqa: F401
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
