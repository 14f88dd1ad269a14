"""Send the metrics of a training to TensorBoard, MLflow or Weights & Biases."""
