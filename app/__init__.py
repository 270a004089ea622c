"""What people see: the command line and the window. Nothing about quality is decided here."""
