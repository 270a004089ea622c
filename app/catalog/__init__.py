"""What the program remembers between runs, in SQLite."""
