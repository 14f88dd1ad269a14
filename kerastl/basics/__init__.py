"""Small things that know nothing of models: checks of arguments, suggestions, staging, sizes."""
