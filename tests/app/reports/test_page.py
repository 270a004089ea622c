"""Pages from templates: escaped, complete, and packed with the program."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import app.reports
from app.contest.html_report import ContestPage
from app.reports.page import Fact, Table, html_page
from app.runs.html_report import TrainingPage

ROOT = Path(__file__).parents[3]
TEMPLATES = Path(app.reports.__path__[0]) / "templates"
HOSTILE = "</td><script>alert(\"1\")</script> & 'x' {{ 7 * 7 }} {% raw %} $a$"


def a_page(**changes) -> TrainingPage:
    content = {
        "name": "run",
        "facts": (Fact("Run", "run"),),
        "meaning": "",
        "figures": Table(header=("Model", "SRCC"), rows=(("student", "0.500"),)),
        "ablation": None,
        "protocol": "",
        "plots": (),
        "notices": (),
        "settings": (),
    }
    return TrainingPage(**{**content, **changes})


def test_hostile_texts_come_out_as_they_went_in(read_page):
    page = read_page(
        html_page(
            "training",
            a_page(
                name=HOSTILE,
                facts=(Fact(HOSTILE, HOSTILE),),
                protocol=HOSTILE,
                notices=(HOSTILE,),
                figures=Table(header=(HOSTILE, "SRCC"), rows=((HOSTILE, "1"),)),
            ),
        )
    )
    assert page.texts("h1") == [HOSTILE]
    assert page.texts("title") == [f"{HOSTILE}: training report"]
    assert page.texts("p").count(HOSTILE) == 2
    facts, figures = page.all("table")
    assert facts.rows() == [[HOSTILE, HOSTILE]]
    assert figures.rows() == [[HOSTILE, "SRCC"], [HOSTILE, "1"]]


def test_half_a_surrogate_pair_is_written_as_its_escape_sequence(read_page):
    page = read_page(html_page("training", a_page(name="caf\udce9 \N{SNOWMAN}")))
    assert page.texts("h1") == ["caf\\udce9 \N{SNOWMAN}"]


def test_only_numbers_stand_to_the_right(read_page):
    table = Table(header=("a", "b", "n"), rows=(("x", "y", "1"),), num_names=2)
    page = read_page(html_page("training", a_page(figures=table)))
    cells = [one for one in page.all() if one.tag in {"td", "th"} and "scope" in one.attributes]
    assert [one.text for one in cells if one.attributes.get("class") == "number"] == ["n"]
    right = [one.text for one in page.all("td") if one.attributes.get("class") == "number"]
    assert right == ["1"]


def test_what_a_template_asks_for_must_be_there():
    @dataclass(frozen=True)
    class TooLittle:
        name: str = "run"

    with pytest.raises(UndefinedError, match="facts"):
        html_page("training", TooLittle())


def test_a_page_may_load_nothing_and_run_nothing(read_page):
    page = read_page(html_page("training", a_page()))
    (policy,) = (one for one in page.all("meta") if "http-equiv" in one.attributes)
    assert policy.attributes["http-equiv"] == "Content-Security-Policy"
    assert "default-src 'none'" in policy.attributes["content"]
    assert "http" not in page.texts("style")[0]


def test_every_template_is_packed_with_the_program():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["app.reports"]
    files = [path.relative_to(TEMPLATES.parent).as_posix() for path in TEMPLATES.iterdir()]
    assert len(files) >= 5
    assert [one for one in files if not any(fnmatch(one, known) for known in patterns)] == []


@pytest.mark.parametrize(("name", "kind"), [("training", TrainingPage), ("contest", ContestPage)])
def test_a_template_shows_every_field_of_its_page(name, kind):
    text = (TEMPLATES / f"{name}.html.jinja").read_text(encoding="utf-8")
    assert [field for field in kind.__slots__ if f"page.{field}" not in text] == []
