"""Small widgets that know nothing of photos, models or runs."""
