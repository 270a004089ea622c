"""What quality is: networks, losses, pairs, measures, photos, scores. No Qt, no run folders."""
