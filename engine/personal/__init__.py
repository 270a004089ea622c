"""Models of a person's own: heads that learn from a model's features and a few labels."""
