"""Which photos to ask a person about, and how far the answers can be trusted."""
