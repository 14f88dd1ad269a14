"""Contrastive fine-tuning: bring texts of one class together and those of others apart."""
