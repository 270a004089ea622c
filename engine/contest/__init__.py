"""Group maximum differentiation (gMAD): which of several models sees better, judged by a person."""
