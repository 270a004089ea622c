"""The page of a model of one's own: while it is made, and what came of it."""
