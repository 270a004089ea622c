"""The colour photographs that scikit-image's wheel carries: found on disk, never downloaded."""

import importlib.util
from pathlib import Path

import numpy as np
from PIL import Image

from app.errors import AppError

# The wheel's other pictures are textures, drawings, microscopy and the like, which nobody would
# rate as photographs; a second view of the motorcycle would add nothing.
# demo name -> (file of the wheel, where it comes from)
PHOTOGRAPHS: dict[str, tuple[str, str]] = {
    "astronaut": ("astronaut.png", "Eileen Collins, by NASA; public domain"),
    "cat": ("chelsea.png", "Chelsea, by Stefan van der Walt; CC0"),
    "coffee": ("coffee.png", "by Pikolo Espresso Bar and Rachel Michetti; CC0"),
    "motorcycle": ("motorcycle_left.png", "Middlebury stereo data set, by D. Scharstein; CC0"),
    "rocket": ("rocket.jpg", "DSCOVR on a Falcon 9, by SpaceX; CC0"),
}


def read_photographs() -> dict[str, np.ndarray]:
    """Demo name -> pixels, uint8 (H, W, 3), of every photograph that is really there.

    scikit-image itself is not imported: where pooch is installed, asking it for its pictures may
    go to the network.
    """
    folder = wheel_data_folder()
    photos = {}
    for name, (file_name, _) in PHOTOGRAPHS.items():
        path = folder / file_name
        if path.is_file():
            with Image.open(path) as image:
                photos[name] = np.asarray(image.convert("RGB"))
    if not photos:
        raise AppError(
            f"scikit-image's sample photographs are not in {folder}."
            " Reinstall it: pip install --force-reinstall scikit-image"
        )
    return photos


def wheel_data_folder() -> Path:
    """Where scikit-image's wheel keeps its pictures. Raises AppError where there is none."""
    spec = importlib.util.find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise AppError("The demo needs scikit-image's photographs: pip install scikit-image")
    return Path(spec.submodule_search_locations[0]) / "data"
