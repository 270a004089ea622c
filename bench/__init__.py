"""How fast Discern is here: `python -m bench`, or `make bench`. One file per benchmark."""
