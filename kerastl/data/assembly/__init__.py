"""From what a source has read to checked, labelled splits."""
