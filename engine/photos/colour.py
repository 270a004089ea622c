"""From whatever colours a picture is stored in to 8-bit sRGB."""

import logging
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

# H W height and width in pixels, C channels

_log = logging.getLogger(__name__)

BACKGROUND = (128, 128, 128)
"""What shows through transparent pixels: mid-grey, neither a blown highlight nor a black hole."""

_PLAIN_MODES = frozenset({"L", "LA", "RGB", "RGBA", "CMYK"})
_SPACE_OF_MODE = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}


def in_plain_mode(image: Image.Image, *, bits: int = 16) -> Image.Image:
    """The picture in 8 bits per channel as L, LA, RGB, RGBA or CMYK, so that it can be reduced.

    Palette pictures become RGB, or RGBA if an entry is transparent; a key colour becomes alpha;
    1-bit pictures become black and white; YCbCr, LAB and padded or premultiplied kinds become RGB,
    RGBA or LA. Grey with more than 8 bits follows `in_eight_bits`; `bits` is how many of a 16-bit
    sample's bits are in use.

    >>> from PIL import Image
    >>> from engine.photos.colour import in_plain_mode
    >>> [in_plain_mode(Image.new(mode, (1, 1))).mode for mode in ("1", "P", "I;16", "CMYK")]
    ['L', 'RGB', 'L', 'CMYK']
    """
    mode = image.mode
    if mode in ("I", "F") or mode.startswith("I;16"):
        return Image.fromarray(in_eight_bits(np.asarray(image), bits=bits))
    if mode in ("1", "L", "P", "RGB") and _has_key_colour(image):
        return image.convert("RGBA")
    if mode in _PLAIN_MODES:
        return image
    if mode == "LAB":
        return _from_lab(image)
    return image.convert({"1": "L", "La": "LA", "PA": "RGBA", "RGBa": "RGBA"}.get(mode, "RGB"))


def in_eight_bits(samples: NDArray[np.generic], *, bits: int = 16) -> NDArray[np.uint8]:
    """Samples of any number type as uint8, by a rule that looks at nothing but the samples.

    uint8 stays. uint16 keeps the upper 8 of its `bits`. All other types: negative and undefined
    values are black; white is 1 if no value is larger and the type is a float, else 255 if no
    value is larger, else 65535 if no value is larger, else the largest value.

    >>> import numpy as np
    >>> from engine.photos.colour import in_eight_bits
    >>> in_eight_bits(np.array([0, 256, 65535], np.uint16)).tolist()  # the upper 8 of 16 bits
    [0, 1, 255]
    >>> in_eight_bits(np.array([-0.5, 0.0, 0.5, 1.0])).tolist()  # floats up to 1: 1 is white
    [0, 0, 128, 255]
    """
    if samples.dtype == np.uint8:
        return samples.astype(np.uint8, copy=False)
    if samples.dtype == np.uint16:
        return np.right_shift(samples.astype(np.uint16, copy=False), bits - 8).astype(np.uint8)
    values = samples.astype(np.float32)
    is_finite = np.isfinite(values)
    largest = float(values.max(initial=0.0, where=is_finite))
    whites = ((1.0,) if samples.dtype.kind == "f" else ()) + (255.0, 65535.0)
    white = next((white for white in whites if largest <= white), largest)
    np.nan_to_num(values, copy=False, nan=0.0, posinf=white, neginf=0.0)
    np.clip(values, 0.0, white, out=values)
    values *= 255.0 / white
    values += 0.5
    return values.astype(np.uint8)


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture in plain mode as sRGB, through its ICC profile if it has a sound one that fits.

    Without one, RGB and grey are taken for sRGB, and CMYK is inverted channel by channel
    (R = 255 - min(255, C + K)). gAMA and cHRM chunks of a PNG are ignored. Transparent
    parts show BACKGROUND, mixed in sRGB values.

    >>> from PIL import Image
    >>> from engine.photos.colour import to_srgb
    >>> clear_red = Image.new("RGBA", (1, 1), (255, 0, 0, 0))
    >>> to_srgb(clear_red, None).getpixel((0, 0))  # mid-grey shows through
    (128, 128, 128)
    """
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    opaque = image.convert(image.mode.removesuffix("A")) if alpha else image
    colours = (_through_profile(opaque, profile) if profile else None) or opaque.convert("RGB")
    if alpha is None:
        return colours
    flat = Image.new("RGB", colours.size, BACKGROUND)
    flat.paste(colours, mask=alpha)
    return flat


def _has_key_colour(image: Image.Image) -> bool:
    key = image.info.get("transparency")
    if key is None:
        return False
    # The key of a 16-bit picture that Pillow has cut to 8 bits names a colour that is gone.
    values = key if isinstance(key, tuple) else () if isinstance(key, bytes) else (key,)
    return all(value <= 255 for value in values)


def _from_lab(image: Image.Image) -> Image.Image:
    converted = ImageCms.profileToProfile(
        image, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert converted is not None  # None only when converting in place
    return converted


def _through_profile(image: Image.Image, profile_bytes: bytes) -> Image.Image | None:
    """The picture in sRGB with perceptual intent; None if the profile is broken or of no use."""
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(profile_bytes))
        space = profile.profile.xcolor_space.strip()
        if image.mode == "L" and space == "RGB":
            image = image.convert("RGB")
        if _SPACE_OF_MODE[image.mode] != space:
            _log.debug("A colour profile for %s was ignored on %s.", space, image.mode)
            return None
        return ImageCms.profileToProfile(
            image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        _log.debug("A broken colour profile was ignored: %s", error)
        return None
