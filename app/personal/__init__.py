"""Models of a person's own: from labels to a model file, for the terminal and the window."""
