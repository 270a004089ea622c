"""The pages of a contest, played to its end by somebody who mostly prefers the sharper photo."""

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.persons_home import PersonsHome

if TYPE_CHECKING:  # Qt is loaded once the platform is known
    from app.window.compare.compare_page import ComparePage
    from app.window.main import Workbench

Take = Callable[[str], None]
Wait = Callable[[Callable[[], object]], None]

_MODELS = ("csiqa-vit-tiny-biq2021", "csiqa-vit-tiny-biq2021-teacher")


def take_contest(bench: "Workbench", home: PersonsHome, *, take: Take, wait: Wait) -> None:
    """Every page, from an empty list of contests to the pairs that decided one."""
    from PySide6.QtCore import Qt

    from app.window.shell.rail import Place

    page = bench.window.compare
    bench.window.go_to(Place.COMPARE)
    take("compare")
    page.start.new_button.click()
    wait(lambda: page.setup.models.count() > 0)
    page.setup.set_folder(home.folder)
    page.setup.set_rater("Anna")
    for row in range(page.setup.models.count()):
        item = page.setup.models.item(row)
        is_wanted = item.text().split(" ")[0] in _MODELS
        item.setCheckState(Qt.CheckState.Checked if is_wanted else Qt.CheckState.Unchecked)
    take("compare-setup")
    page.setup.start_button.click()
    wait(lambda: page.currentWidget() is page.duel)
    wait(lambda: page.duel.has_both_photos)
    take("compare-duel")
    _judge(page, home, wait)
    wait(lambda: page.result.outcome is not None)
    take("compare-result")
    page.result.tabs.setCurrentIndex(1)
    deciding = page.result.deciding
    wait(lambda: deciding.high.has_photo and deciding.low.has_photo)
    deciding.choice.setCurrentIndex(1)
    wait(lambda: not deciding.note.text())
    take("compare-deciding")


def _judge(page: "ComparePage", home: PersonsHome, wait: Wait) -> None:
    """Prefers photos that went right to those that did not, mostly; among equals, by chance."""
    chance = random.Random(1)
    while page.currentWidget() is page.duel:
        wait(lambda: page.duel.has_both_photos or page.currentWidget() is not page.duel)
        if page.currentWidget() is not page.duel:
            break
        duel = page.duel
        assert duel.pair is not None
        high, low = (home.fault_of(one) for one in (duel.pair.pair.high, duel.pair.pair.low))
        if bool(high) == bool(low):
            button = chance.choice([duel.left_button, duel.right_button, duel.equal_button])
        else:
            is_high_better = not high
            is_left = is_high_better == duel.pair.is_high_left
            button = duel.left_button if is_left else duel.right_button
        button.click()
