"""CSIQA, its teacher, the portable form, and the file a model travels in."""
