"""What a distortion map says, in words."""

MENTIONED_FROM = 0.01  # of the photo


def share_words(share: float) -> str:
    """A share of the photo as people say it."""
    if share >= 0.995:
        return "all of the photo"
    return f"{max(1, round(100 * share))} % of the photo"
