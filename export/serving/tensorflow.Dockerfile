# TensorFlow Serving with a bundle's SavedModel baked in:
#   docker build --build-context bundle=out/trash -f export/serving/tensorflow.Dockerfile -t trash export/serving
#   docker run --rm -p 8500:8500 -p 8501:8501 trash
FROM tensorflow/serving:2.19.1
COPY --from=bundle saved_model /models/classifier
ENV MODEL_NAME=classifier
