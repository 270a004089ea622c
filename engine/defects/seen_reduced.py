"""Which photos are so large that their scores say nothing of their own pixels."""

OWN_PIXELS_FROM = 4_000_000
"""Photos with more pixels than this are looked at reduced, and their own pixels apart."""


def is_seen_reduced(width_px: int, height_px: int) -> bool:
    """Whether a photo of this size has more than four megapixels.

    >>> from engine.defects.seen_reduced import is_seen_reduced
    >>> is_seen_reduced(6000, 4000), is_seen_reduced(1600, 1200)
    (True, False)
    """
    return width_px * height_px > OWN_PIXELS_FROM
