"""The folder of real photographs, each also degraded, that discern demo makes."""
