"""Where in a photo the score comes from."""
