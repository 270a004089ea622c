"""An HTML page as a tree, read by the standard library: an oracle for what pages hold."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Element:
    """An element: its tag, its attributes, and in `inside` its texts and elements in order."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.inside: list[str | Element] = []

    def all(self, tag: str | None = None) -> Iterator["Element"]:
        """Every element below, in order; only those of the tag, if one is given."""
        for one in self.inside:
            if isinstance(one, Element):
                if tag in (None, one.tag):
                    yield one
                yield from one.all(tag)

    @property
    def text(self) -> str:
        """All text below, with single spaces."""
        texts = [one if isinstance(one, str) else one.text for one in self.inside]
        return " ".join(" ".join(texts).split())

    def texts(self, tag: str) -> list[str]:
        """The text of every element of the tag, in order."""
        return [one.text for one in self.all(tag)]

    def rows(self) -> list[list[str]]:
        """The cells of a table, row by row."""
        return [
            [one.text for one in row.all() if one.tag in {"td", "th"}] for row in self.all("tr")
        ]

    def under(self, heading: str) -> list["Element"]:
        """The elements after the h2 of that text, up to the next h2."""
        siblings = [one for one in self.inside if isinstance(one, Element)]
        at = next(n for n, one in enumerate(siblings) if (one.tag, one.text) == ("h2", heading))
        following = siblings[at + 1 :]
        ends = [n for n, one in enumerate(following) if one.tag == "h2"]
        return following[: ends[0] if ends else None]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]
        self.declarations: list[str] = []

    def handle_decl(self, decl: str) -> None:
        self.declarations.append(decl)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = self._add(tag, attrs)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, f"</{tag}> ends what did not begin"

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)

    def close(self) -> None:
        super().close()
        assert self._open == [self.root], f"<{self._open[-1].tag}> has no end"

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Element:
        assert len({name for name, _ in attrs}) == len(attrs), f"<{tag}> has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        return element


def read_page(html: bytes) -> Element:
    """The `html` element; AssertionError where the page is not sound or needs another file."""
    reader = _Reader()
    reader.feed(html.decode("utf-8"))
    reader.close()
    assert reader.declarations == ["DOCTYPE html"]
    (page,) = (one for one in reader.root.inside if isinstance(one, Element))
    elements = list(page.all())
    ids = [one.attributes["id"] for one in elements if "id" in one.attributes]
    assert len(set(ids)) == len(ids), "an id is there twice"
    for one in elements:
        assert one.tag not in {"script", "link", "iframe", "object", "base"}
        assert not any(name.startswith("on") for name in one.attributes)
        source = one.attributes.get("src", "data:")
        assert source.startswith("data:"), source
        link = one.attributes.get("href", "")
        assert not link or link[1:] in ids, link
    assert "url(" not in "".join(page.texts("style"))
    return page
