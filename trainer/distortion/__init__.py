"""Teaching a head to see visible defects, on defects planted in good photos."""
