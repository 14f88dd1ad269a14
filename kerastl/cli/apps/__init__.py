"""Programs, pages and sources that receive an exported model, made for one bundle."""
