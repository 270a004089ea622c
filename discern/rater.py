"""Rating pictures with one model."""

from collections.abc import Generator, Iterable
from contextlib import closing
from pathlib import Path

from discern.loading import checked_model
from discern.rating import Rating, Unrated, rating_of
from engine.errors import UnreadablePhoto
from engine.explain.distortion_map import DistortionMap
from engine.explain.quality_map import QualityMap
from engine.photos.picture import IN_MEMORY, Picture, checked_picture, checked_pictures
from engine.scorer import Scorer


class Rater:
    """Rates pictures with one model on one device. Used by one thread at a time.

    A picture is the path of a photo (str or Path), the bytes of an image file, a Pillow image, or a
    NumPy array (H, W, 3), (H, W, 4), (H, W, 1) or (H, W) of uint8, uint16, or floats from 0 to 1,
    in sRGB. Anything else is a TypeError that says so.

    >>> from PIL import Image
    >>> import discern
    >>> rater = discern.Rater(device="cpu", num_crops=1)
    >>> drawn = Image.effect_mandelbrot((384, 384), (-2, -1, 1, 1), 60)
    >>> blurred = drawn.resize((48, 48)).resize((384, 384))
    >>> rater.rate(drawn).score > rater.rate(blurred).score + 10
    True
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        device: str = "auto",
        num_crops: int | None = None,
    ) -> None:
        """The model of that name or file; without one the default, which travels with Discern.

        `device` is auto (a CUDA graphics card if there is one), cpu, cuda, cuda:N or mps.
        `num_crops` is how many crops of a picture are looked at, by default as the model says.
        Raises EngineError where there is no such model or device.
        """
        self._scorer = Scorer.open(checked_model(model), device=device, num_crops=num_crops)

    @property
    def scorer(self) -> Scorer:
        """The engine's scorer behind this."""
        return self._scorer

    @property
    def model_id(self) -> str:
        """The model's name and the beginning of its file's SHA-256."""
        return self._scorer.model_id

    @property
    def device_name(self) -> str:
        """The device in words."""
        return self._scorer.device_name

    @property
    def num_crops(self) -> int:
        """How many crops of a picture are looked at."""
        return self._scorer.num_crops

    @property
    def defect_kinds(self) -> tuple[str, ...]:
        """The kinds of visible defects that `defects` finds; the same for every model."""
        return self._scorer.finder.kinds

    def rate(self, picture: Picture) -> Rating:
        """The score of one picture. Raises UnreadablePhoto and, for what is none, TypeError."""
        checked_picture(picture)
        (found,) = self.rate_many([picture])
        if isinstance(found, Unrated):
            raise UnreadablePhoto(found.path or IN_MEMORY, found.error)
        return found

    def rate_many(self, pictures: Iterable[Picture]) -> Generator[Rating | Unrated, None, None]:
        """One result for each picture, in order, as they come; memory does not grow with them.

        A picture that can't be read gives an Unrated, which says why. Files are read in threads, a
        few ahead of the one who takes the results. Raises TypeError at once for a single picture,
        and for what is no picture when its turn comes.
        """
        return self._results(checked_pictures(pictures))

    def explain(self, picture: Picture) -> QualityMap:
        """Where the score comes from: maps `lowers_HW` and `raises_HW` in [0, 1] on `photo_HW3`.

        Raises UnreadablePhoto, and TypeError for what is no picture.
        """
        return self._scorer.explain(picture)

    def defects(self, picture: Picture) -> DistortionMap:
        """Which visible defects lie where: `strength_KHW` in [0, 1] for each of `kinds`.

        A network of its own finds them, the same for every model. Raises UnreadablePhoto, and
        TypeError for what is no picture.
        """
        return self._scorer.distortions(picture)

    def _results(self, pictures: Iterable[Picture]) -> Generator[Rating | Unrated, None, None]:
        with closing(self._scorer.score_each(pictures)) as scores:
            for score in scores:
                yield rating_of(score)
