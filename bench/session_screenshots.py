"""A rating session, by somebody who mostly prefers what went right, and the model that it makes."""

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.persons_home import PersonsHome

if TYPE_CHECKING:  # Qt is loaded once the platform is known
    from app.window.main import Workbench
    from app.window.rate_session.session_page import SessionPage

Take = Callable[[str], None]
Wait = Callable[[Callable[[], object]], None]

_NUM_RATINGS = 32


def take_session(bench: "Workbench", home: PersonsHome, *, take: Take, wait: Wait) -> None:
    """Every page, from the first question to the verdict on the model."""
    window = bench.window
    page, own = window.session, window.own_model
    window.rate_photos()
    page.start.set_folder(home.folder)
    page.start.set_rater("Anna")
    take("session-start")
    page.start.begin_button.click()
    wait(lambda: page.currentWidget() is page.ask and page.ask.view.has_photo)
    _rate(page, home, wait)
    wait(lambda: page.ask.learned.text())
    take("session-ask")
    page.ask.pause_wanted.emit()
    wait(lambda: page.outcome.details.text())
    take("session-outcome")
    page.outcome.make_button.click()
    wait(lambda: own.making.left.text() or own.currentWidget() is own.verdict)
    take("own-model-making")
    wait(lambda: own.currentWidget() is own.verdict)
    take("own-model")
    own.verdict.keep_wanted.emit()
    page.outcome.back_wanted.emit()
    window.show_runs()


def _rate(page: "SessionPage", home: PersonsHome, wait: Wait) -> None:
    """Spoilt photos get few stars, others many, give or take one."""
    chance = random.Random(1)
    for _ in range(_NUM_RATINGS):
        wait(lambda: page.ask.photo is None or page.ask.view.has_photo)
        if page.ask.photo is None:
            return
        usual = 2 if home.fault_of(page.ask.photo) else 4
        stars = usual + chance.choice((-1, 0, 0, 1))
        page.ask.star_buttons[stars].click()
