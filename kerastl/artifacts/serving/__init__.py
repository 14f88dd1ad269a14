"""Files and checks for TensorFlow Serving: operations, versions, warm-up, requests."""
