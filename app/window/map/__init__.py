"""The map of a folder: photos laid out by what a model knows of their quality."""
