"""HTML of results in notebooks: tables, cards with images, marked texts, plots."""
