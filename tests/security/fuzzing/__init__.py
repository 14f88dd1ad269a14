"""Read damaged files, and judge whether the reader answers or names the file."""
