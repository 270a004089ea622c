"""Many photos: the list with its columns, its order, and the grid that paints it."""
