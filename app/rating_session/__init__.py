"""Rating sessions: photos that people were asked about, and what they said."""
