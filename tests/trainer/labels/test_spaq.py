import openpyxl
import pytest

from trainer.errors import LabelError
from trainer.labels.spaq import looks_like_spaq, read_spaq


@pytest.fixture
def folder(tmp_path, made_up_sets):
    made_up_sets.write_spaq(tmp_path)
    return tmp_path


def test_photos_get_their_mos(folder):
    labels = read_spaq(folder)
    assert looks_like_spaq(folder)
    assert [photo.score for photo in labels.photos] == [20.0, 35.0, 50.0, 65.0]
    assert all(photo.path.is_file() for photo in labels.photos)
    scale = labels.range
    assert (scale.low, scale.high, scale.higher_is_better) == (0.0, 100.0, True)


def test_a_workbook_beside_the_photos_is_found(folder):
    workbook = next((folder / "Annotations").iterdir())
    workbook.rename(folder / workbook.name)
    assert len(read_spaq(folder).photos) == 4


def test_a_folder_without_photos_names_them(folder):
    (folder / "TestImage").rename(folder / "elsewhere")
    with pytest.raises(LabelError, match="not laid out as SPAQ: TestImage"):
        read_spaq(folder)


def test_a_workbook_of_something_else_is_an_error(folder):
    book = openpyxl.Workbook()
    book.active.append(("Image name", "Scene"))
    book.save(next((folder / "Annotations").iterdir()))
    with pytest.raises(LabelError, match="no sheet with the columns Image name, MOS"):
        read_spaq(folder)


def test_a_score_that_is_text_is_read_or_becomes_no_number(folder):
    book = openpyxl.Workbook()
    for row in (("Image name", "MOS"), ("00000.jpg", "41,5"), ("00001.jpg", "n/a")):
        book.active.append(row)
    book.save(next((folder / "Annotations").iterdir()))
    scores = [photo.score for photo in read_spaq(folder).photos]
    assert scores[0] == 41.5
    assert scores[1] != scores[1]
