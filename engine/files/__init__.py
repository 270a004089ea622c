"""Files as they are written: whole, or not at all. Loads the standard library only."""
