"""HTML pages without other files: their style, their parts and the images inside."""
