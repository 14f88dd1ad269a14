"""Find labels that disagree with linear probes fitted without them."""
