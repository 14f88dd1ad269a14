"""`tf.data` pipelines with reproducible order and augmentation."""
