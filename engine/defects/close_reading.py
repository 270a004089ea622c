"""Reading a photo whole for a quick look at its own pixels."""

from engine.defects.own_pixels import Glimpse, glimpse
from engine.defects.seen_reduced import is_seen_reduced
from engine.errors import UnreadablePhoto
from engine.photos.picture import Picture
from engine.photos.read_picture import read_picture


def read_glimpse(picture: Picture, *, width_px: int, height_px: int) -> Glimpse | None:
    """The quick look at a photo of this size that lacks the network; None for a small photo.

    None too for a photo that can be read reduced but not whole, where memory does not suffice. The
    pixels are let go of before this returns.

    >>> import numpy as np
    >>> from engine.defects.close_reading import read_glimpse
    >>> large, small = np.zeros((2100, 2000), np.uint8), np.zeros((90, 90), np.uint8)
    >>> read_glimpse(large, width_px=2000, height_px=2100).own.width_px
    2000
    >>> read_glimpse(small, width_px=90, height_px=90) is None
    True
    """
    if not is_seen_reduced(width_px, height_px):
        return None
    try:
        return glimpse(read_picture(picture).pixels_HW3)
    except (UnreadablePhoto, MemoryError):
        return None
