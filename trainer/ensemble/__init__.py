"""Labels that several models give together, for a student that learns from all of them."""
