"""A few made-up photographs with scores."""

import numpy as np
import pytest
from PIL import Image

from trainer.defects.material import Material


def textured(height, width, seed):
    """Something with edges and grain, as photos have."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(30, 226, (height // 8, width // 8, 3), np.uint8)
    large = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))
    grain = rng.integers(-12, 13, (height, width, 1))
    return np.clip(large.astype(np.int16) + grain, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def some_photo():
    return textured(96, 96, 0)


@pytest.fixture(scope="session")
def labels_csv(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    lines = ["image,score"]
    for number in range(20):
        name = f"ss0{number % 2} ({number}).png"
        Image.fromarray(textured(96, 96, number)).save(folder / name)
        lines.append(f"{name},{number / 20:.2f}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "labels.csv"


@pytest.fixture(scope="session")
def material(labels_csv):
    return Material.of_labels(labels_csv)
