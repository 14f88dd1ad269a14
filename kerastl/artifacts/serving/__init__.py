"""What TensorFlow Serving asks of a SavedModel: operations, versions, warm-up, requests, proof."""
