"""Finding visible defects in a photo: where they lie, of which kind, and how strong they are."""
