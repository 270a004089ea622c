"""What several people said of each photo, as a distribution over five categories."""
