"""A model of one's own: from labels to a model file that rides on the one in use."""
