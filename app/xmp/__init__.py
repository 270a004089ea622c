"""Stars and flags as other programs know them: in XMP, embedded in photos or beside them."""
