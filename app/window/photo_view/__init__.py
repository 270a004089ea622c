"""One photo: loading it, showing it in its place and zoom, and what is laid over it."""
