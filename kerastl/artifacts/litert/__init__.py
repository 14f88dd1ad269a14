"""LiteRT (`.tflite`) files: one float32 conversion and the variants made from it."""
