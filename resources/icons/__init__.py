"""Icons drawn for Discern; `currentColor` becomes the text colour of the theme."""
