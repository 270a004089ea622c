"""A rectangle in the pixels of a photo."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in the photo's own upright pixels, from its left and top edge.

    >>> from engine.defects.box import Box
    >>> tile = Box(left_px=512, top_px=256, width_px=256, height_px=256)
    >>> tile.middle_px, tile.right_px
    ((640.0, 384.0), 768)
    >>> below = Box(left_px=512, top_px=512, width_px=256, height_px=256)
    >>> tile.distance_px(below)  # of the middles
    256.0
    """

    left_px: int
    top_px: int
    width_px: int
    height_px: int

    @property
    def right_px(self) -> int:
        """The first column to the right of it."""
        return self.left_px + self.width_px

    @property
    def bottom_px(self) -> int:
        """The first row under it."""
        return self.top_px + self.height_px

    @property
    def middle_px(self) -> tuple[float, float]:
        """Across and down."""
        return self.left_px + self.width_px / 2, self.top_px + self.height_px / 2

    def distance_px(self, other: "Box") -> float:
        """How far apart the middles are, sideways or up and down, whichever is more."""
        (x, y), (other_x, other_y) = self.middle_px, other.middle_px
        return max(abs(x - other_x), abs(y - other_y))
