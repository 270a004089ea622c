"""A page from its template: one HTML file that needs no other, safe whatever names it shows."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from app.translation import translated

if TYPE_CHECKING:  # loaded with the first page, which neither window nor command begins with
    from jinja2 import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of ready texts; of every row, the first `num_names` cells are words, not numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    num_names: int = 1


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what it stands at."""

    name: str
    value: str


def html_page(template: str, content: object) -> bytes:
    """The page, UTF-8; `template` is a name such as "contest", and calls the content `page`.

    Everything but Markup is escaped. Half a surrogate pair, as in names of files that are not
    UTF-8, is written as its escape sequence. Raises jinja2.UndefinedError when the template asks
    for something that the content does not have.
    """
    text = _environment().get_template(f"{template}.html.jinja").render(page=content)
    return text.encode("utf-8", errors="backslashreplace")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("app.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["pgettext"] = _pgettext
    return environment


def _pgettext(context: str, sentence: str) -> str:
    return translated(sentence, context=context)
