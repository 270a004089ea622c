"""What can be done to photos: shown before, stopped half-way, and taken back afterwards."""
