"""The library: the photos of a folder with their scores, stars and flags."""
