"""Decoding apart from the program: a decoder that dies or hangs costs one photo."""
