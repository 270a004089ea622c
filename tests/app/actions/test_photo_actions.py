import pytest

from app.actions.photo_actions import PhotoActions
from app.catalog.photo_entry import Flag


@pytest.fixture
def actions(catalog):
    return PhotoActions(catalog, sidecar_style=lambda: None, model_id=lambda: "m@1")


def test_every_action_of_the_library_is_made(actions, photo, tmp_path):
    photos = [photo(score_0_100=90.0)]
    titles = [
        action.preview().title
        for action in (
            actions.give_stars(photos, 3),
            actions.give_flag(photos, Flag.PICKED),
            actions.stars_from_scores(photos),
            actions.copy_to(photos, tmp_path / "there"),
            actions.move_to(photos, tmp_path / "there"),
            actions.trash(photos),
            actions.export_csv(photos, tmp_path / "a.csv"),
        )
    ]
    assert titles == [
        "Give 3 stars to 1 photo",
        "Pick 1 photo",
        "Give stars by score to 1 photo",
        f"Copy 1 photo to {tmp_path / 'there'}",
        f"Move 1 photo to {tmp_path / 'there'}",
        "Move 1 photo to the trash",
        f"Export the scores of 1 photo to {tmp_path / 'a.csv'}",
    ]
