"""One training run in its own process."""
