"""Convert the containers and values that users pass to plain lists of examples."""
