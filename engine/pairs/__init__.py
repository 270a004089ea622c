"""Who is whose positive and negative."""
