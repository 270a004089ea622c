"""How sure a score is: an interval that holds, and which photos a model never learned from."""
