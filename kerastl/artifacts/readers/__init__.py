"""Readers that turn raw input into the model's inputs, inside an exported graph."""
