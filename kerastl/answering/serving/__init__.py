"""An HTTP server for a bundle, with the REST interface of TensorFlow Serving."""
