"""Rating photos, and what a rating is told as: order, progress, files."""
