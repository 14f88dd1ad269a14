"""`tf.data` pipelines with a reproducible order."""
