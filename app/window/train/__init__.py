"""The place where models are trained on one's own labels."""
