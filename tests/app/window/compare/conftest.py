"""The page of contests with real models and jobs, without the rest of the window."""

import numpy as np
import pytest
from PIL import Image

from app import places
from app.contest.opponents import opener
from app.window.compare.compare_page import ComparePage
from app.window.compare.contest_desk import ContestDesk
from app.window.compare.model_overlays import ModelOverlays
from app.window.jobs.runner import JobRunner
from app.window.photo_view.photo_loader import PhotoLoader
from app.window.settings import SettingsStore


class ChosenPaths:
    """Answers at once what a person would choose in the system's dialogs."""

    chosen = None

    def folder(self, parent, title):
        return self.chosen

    def new_csv(self, parent, title, suggestion):
        return self.chosen

    def new_file(self, parent, title, suggestion, kinds):
        return self.chosen

    def model_file(self, parent, title):
        return self.chosen


@pytest.fixture(scope="session")
def pool_folder(tmp_path_factory):
    """Forty photos that do not look alike."""
    folder = tmp_path_factory.mktemp("pool")
    rng = np.random.default_rng(0)
    for number in range(40):
        blocks = Image.fromarray(rng.integers(0, 255, (9, 11, 3), dtype=np.uint8))
        pixels = np.asarray(blocks.resize((240, 200))) + rng.normal(0, number, (200, 240, 3))
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / f"{number:02d}.png")
    return folder


@pytest.fixture
def chooser():
    return ChosenPaths()


@pytest.fixture
def page(qtbot, chooser, tmp_path):
    jobs = JobRunner()
    open_opponent = opener(device="cpu")
    desk = ContestDesk(
        folder=places.contests(),
        user_models=places.models(),
        catalog=places.catalog(),
        open_opponent=open_opponent,
        jobs=jobs,
    )
    loader, overlays = PhotoLoader(), ModelOverlays(open_opponent)
    page = ComparePage(
        desk,
        loader=loader,
        overlays=overlays,
        chooser=chooser,
        settings=SettingsStore(tmp_path / "settings.ini"),
    )
    qtbot.addWidget(page)
    page.resize(1200, 760)
    with qtbot.waitActive(page):
        page.show()
    page.desk_of_test = desk
    yield page
    desk.close()
    overlays.close()
    loader.close()
    jobs.close()


@pytest.fixture
def begin(page, qtbot, pool_folder, tiny_rivals):
    """Sets up a contest of two models and waits for its first pair."""

    def run(*, folder=pool_folder, models=tuple(tiny_rivals[:2]), num_levels=2, num_controls=1):
        page.start.new_button.click()
        qtbot.waitUntil(lambda: page.setup.models.count() >= 0)
        page.setup.set_folder(folder)
        for model in models:
            page.setup.add_model(str(model))
        page.setup.levels.setValue(num_levels)
        page.setup.controls.setValue(num_controls)
        page.setup.rater.setText("Ada")
        page.setup.start_button.click()

    return run
