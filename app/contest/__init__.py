"""A contest between models: its photos, its file, its results."""
