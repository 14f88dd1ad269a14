"""What a trained recipe is worth: evaluation figures and their uncertainty."""
