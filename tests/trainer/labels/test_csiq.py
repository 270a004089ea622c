import zipfile

import pytest

from trainer.errors import LabelError
from trainer.labels.csiq import looks_like_csiq, read_csiq


@pytest.mark.parametrize("as_workbook", [True, False])
def test_distorted_photos_get_their_dmos(tmp_path, made_up_sets, as_workbook):
    made_up_sets.write_csiq(tmp_path, as_workbook=as_workbook)
    labels = read_csiq(tmp_path)
    assert looks_like_csiq(tmp_path)
    assert len(labels.photos) == 12
    assert all(photo.path.is_file() for photo in labels.photos)
    first, last = labels.photos[0], labels.photos[-1]
    assert first.path == tmp_path / "dst_imgs" / "awgn" / "1600.AWGN.1.png"
    assert (first.reference, first.score) == ("1600", 0.0)
    assert last.path.name == "aerial_city.jpeg2000.2.png"
    assert (last.reference, last.score) == ("aerial_city", pytest.approx(0.88))
    assert first.std == (0.05 if as_workbook else None)


def test_lower_is_better_on_zero_to_one(tmp_path, made_up_sets):
    made_up_sets.write_csiq(tmp_path)
    scale = read_csiq(tmp_path).range
    assert (scale.low, scale.high, scale.higher_is_better) == (0.0, 1.0, False)


def test_names_without_suffix_and_photos_in_one_folder_are_found(tmp_path, made_up_sets):
    made_up_sets.write_csiq(tmp_path, as_workbook=False)
    label_file = tmp_path / "csiq_label.txt"
    label_file.write_text("name dmos\n\n" + label_file.read_text().replace(".png", ""))
    flat = tmp_path / "dst_imgs_all"
    flat.mkdir()
    for photo in list((tmp_path / "dst_imgs").rglob("*.png")):
        photo.rename(flat / photo.name)
    (tmp_path / "dst_imgs").rename(tmp_path / "empty")
    assert all(photo.path.is_file() for photo in read_csiq(tmp_path).photos)


def test_a_line_without_a_score_is_an_error(tmp_path, made_up_sets):
    made_up_sets.write_csiq(tmp_path, as_workbook=False)
    (tmp_path / "csiq_label.txt").write_text("1600.AWGN.1.png 0.1\n1600.AWGN.2.png\n")
    with pytest.raises(LabelError, match=r"Line 2 of csiq_label.txt"):
        read_csiq(tmp_path)


def test_a_folder_without_photos_names_them(tmp_path, made_up_sets):
    made_up_sets.write_csiq(tmp_path)
    (tmp_path / "dst_imgs").rename(tmp_path / "elsewhere")
    with pytest.raises(LabelError, match="not laid out as CSIQ: dst_imgs"):
        read_csiq(tmp_path)


def test_a_workbook_cut_short_is_an_error(tmp_path, made_up_sets):
    made_up_sets.write_csiq(tmp_path)
    workbook = tmp_path / "csiq.DMOS.xlsx"
    workbook.write_bytes(workbook.read_bytes()[:500])
    with pytest.raises(LabelError, match="not an Excel workbook that can be read"):
        read_csiq(tmp_path)


def test_a_workbook_with_damaged_cells_is_an_error(tmp_path, made_up_sets):
    made_up_sets.write_csiq(tmp_path)
    workbook = tmp_path / "csiq.DMOS.xlsx"
    with zipfile.ZipFile(workbook) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet2.xml")
    content = bytearray(workbook.read_bytes())
    start = sheet.header_offset + 60
    content[start : start + 40] = bytes(40)
    workbook.write_bytes(bytes(content))
    with pytest.raises(LabelError, match="not an Excel workbook that can be read"):
        read_csiq(tmp_path)
