"""Opinion scores as they come: a CSV or one of the eight data sets."""
