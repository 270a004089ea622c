"""Training seen from the application: starting a run, following it, telling what came of it."""
