"""Distortions of clean photos: what is planted to teach, and ranked in training."""
