"""The page of a rating session: photos one after the other, and what the model has learned."""
