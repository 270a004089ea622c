"""An inspector over real files, with a real scorer of random weights and a scripted finder."""

import threading

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import special

from app.catalog.photo_entry import PhotoEntry
from app.catalog.photo_files import stamp_of
from app.window.inspect.defect_looks import DefectLooks
from app.window.inspect.explanations import Explanations
from app.window.inspect.inspect_page import InspectPage
from app.window.jobs.scoring import ScoringService
from app.window.jobs.thumbnail_files import ThumbnailFiles
from app.window.jobs.thumbnails import ThumbnailLoader
from app.window.photo_list.photo_columns import PhotoBatch
from app.window.photo_list.photo_list_model import PhotoListModel
from app.window.photo_view.photo_loader import PhotoLoader
from app.window.settings import SettingsStore
from engine.defects.defect_card import DefectCard, KindRates
from engine.defects.defect_finder import FoundDefects
from engine.defects.defect_network import DEFECT_KINDS, DefectNetworkConfig, padded_side
from engine.defects.proven_strength import KindLevel
from engine.explain.distortion_map import DistortionMap


def photo_entry(path, **values):
    stamp = stamp_of(path)
    return PhotoEntry(
        path=stamp.path, size_bytes=stamp.size_bytes, mtime_ns=stamp.mtime_ns, **values
    )


@pytest.fixture
def entry_of():
    """The entry of a real file: entry_of(path, stars=3)."""
    return photo_entry


@pytest.fixture
def photo_paths(tmp_path):
    """Five photos, each larger than a screen's height in one direction, one with EXIF."""
    paths = []
    rng = np.random.default_rng(0)
    for number in range(5):
        small = Image.fromarray(rng.integers(0, 255, (12, 16, 3), dtype=np.uint8))
        path = tmp_path / f"photo{number}.jpg"
        exif = Image.Exif()
        if number == 0:
            exif[0x010F], exif[0x0110] = "Acme", "Acme One"
            block = exif.get_ifd(0x8769)
            block.update({0x829A: 0.004, 0x829D: 2.8, 0x8827: 200, 0x9003: "2026:05:17 21:04:09"})
        small.resize((400, 300)).save(path, exif=exif)
        paths.append(path)
    return paths


@pytest.fixture
def settings(tmp_path):
    return SettingsStore(tmp_path / "settings.ini")


@pytest.fixture
def photos(photo_paths):
    model = PhotoListModel()
    entries = [photo_entry(path, score_0_100=20.0 * n) for n, path in enumerate(photo_paths)]
    model.replace_all(PhotoBatch.of(entries))
    return model


@pytest.fixture
def model_file(tiny_model):
    """The model of the scorer; tests may stand another in for it."""
    return tiny_model


@pytest.fixture
def scoring(qtbot, model_file):
    def open_tiny(_):
        from engine.scorer import Scorer

        return Scorer.open(model_file, device="cpu")

    service = ScoringService(open_tiny, catalog_path=None)
    yield service
    service.close()


class ScriptedFinder:
    """Sees what a test says, in places of 4 pixels: `sees` has kinds and boxes in shares."""

    def __init__(self):
        self.card = DefectCard(
            name="scripted",
            network=DefectNetworkConfig(),
            long_side_px=512,
            levels={kind: KindLevel() for kind in DEFECT_KINDS},
            rates={"blur": KindRates(found={"1/16": 0.9})},
        )
        self.sees = {"blur": (0, 0, 1, 1)}  # left, top, width, height
        self.sees_at_100 = ("noise",)  # everywhere
        self.num_looks = 0
        self.may_look_closer = threading.Event()
        self.may_look_closer.set()
        self.may_look = threading.Event()
        self.may_look.set()

    def look_at_whole(self, photo):
        assert self.may_look.wait(60)
        self.num_looks += 1
        height, width = photo.shape[:2]
        strength = np.full((len(DEFECT_KINDS), height, width), 0.1, np.float32)
        for kind, (left, top, wide, high) in self.sees.items():
            rows = slice(round(top * height), round((top + high) * height))
            columns = slice(round(left * width), round((left + wide) * width))
            strength[DEFECT_KINDS.index(kind), rows, columns] = 0.9
        found = DistortionMap(kinds=DEFECT_KINDS, strength_KHW=strength)
        return FoundDefects(map=found, explained_0_100=50.0)

    @property
    def kinds(self):
        return DEFECT_KINDS

    def logits(self, pixels):
        assert self.may_look_closer.wait(60)
        height, width = (padded_side(side) // 4 for side in pixels.shape[:2])
        found = torch.full((len(DEFECT_KINDS), height, width), -3.0)
        for kind in self.sees_at_100:
            found[DEFECT_KINDS.index(kind)] = 3.0
        return found

    def calm(self, logits):
        return logits

    def strengths(self, logits):
        return special.expit(logits)


@pytest.fixture
def finder():
    """What stands in for the defect network; it sees blur everywhere until it is told else."""
    return ScriptedFinder()


@pytest.fixture
def looks(qtbot, finder):
    looks = DefectLooks(lambda: finder)
    yield looks
    finder.may_look.set()
    finder.may_look_closer.set()
    looks.close()


@pytest.fixture
def loader(qtbot):
    loader = PhotoLoader()
    yield loader
    loader.close()


@pytest.fixture
def thumbnails(qtbot, tmp_path):
    loader = ThumbnailLoader(ThumbnailFiles(tmp_path / "thumbnails", max_bytes=10**8))
    yield loader
    loader.close()


@pytest.fixture
def make_page(qtbot, photos, thumbnails, loader, looks, scoring, settings):
    """Shows the page, with or without a model: make_page()."""

    def make():
        page = InspectPage(
            photos,
            thumbnails=thumbnails,
            loader=loader,
            looks=looks,
            explanations=Explanations(scoring),
            settings=settings,
        )
        qtbot.addWidget(page)
        page.resize(1100, 700)
        with qtbot.waitActive(page, timeout=60_000):
            page.show()
        return page

    return make


@pytest.fixture
def page(qtbot, make_page, scoring):
    """The page on the screen, with the model loaded."""
    with qtbot.waitSignal(scoring.model_loaded, timeout=60_000):
        scoring.load()
    return make_page()
