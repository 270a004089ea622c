"""Tables of colours."""
