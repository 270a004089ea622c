"""A rating without a network: statistics of natural scenes, regressed on ratings."""
