"""Workbooks that state more than they hold."""

import io
import re
import zipfile

import openpyxl
import pytest

from trainer.errors import LabelError
from trainer.labels.data_set_folder import read_sheet


def workbook(path, change):
    """A small workbook whose sheet's XML was changed."""
    book = openpyxl.Workbook()
    book.active.append(["Image name", "MOS"])
    book.active.append(["1.jpg", 50.0])
    content = io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, change(part.decode()) if "sheet1" in name else part)
    return path


def at_row(xml, number):
    xml = re.sub("<dimension[^>]*/>", "", xml)
    for place in ('<row r="', 'r="A', 'r="B'):
        xml = xml.replace(f'{place}2"', f'{place}{number}"')
    return xml


@pytest.mark.parametrize("number", [2_000_000, 10**15])
def test_a_row_of_an_absurd_number_is_not_counted_up_to(tmp_path, number):
    path = workbook(tmp_path / "a.xlsx", lambda xml: at_row(xml, number))
    with pytest.raises(LabelError, match="a sheet of more than 1048576 rows"):
        read_sheet(path, ("Image name", "MOS"), title="SPAQ")


def test_rows_with_a_gap_between_them_are_read(tmp_path):
    path = workbook(tmp_path / "a.xlsx", lambda xml: at_row(xml, 5_000))
    (row,) = read_sheet(path, ("Image name", "MOS"), title="SPAQ")
    assert row == {"Image name": "1.jpg", "MOS": 50.0}
