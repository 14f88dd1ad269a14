"""The methods of domain adaptation, one class a file."""
