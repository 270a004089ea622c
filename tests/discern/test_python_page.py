"""docs/python.md as it stands: every example is run, in order, and prints what the page says."""

import doctest
import re
from pathlib import Path

import pytest

import discern

PAGE = Path(__file__).parents[2] / "docs" / "python.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_every_example_on_the_page_gives_what_the_page_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "python.md", str(PAGE), 0)
    told = []

    doctest.DocTestRunner().run(examples, out=told.append)

    assert len(examples.examples) > 50
    assert "".join(told) == ""


@pytest.mark.parametrize("name", discern.__all__)
def test_the_page_shows_every_name(name):
    assert re.search(rf"\b{name}\b", TEXT)
