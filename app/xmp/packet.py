"""Reading an XMP packet with the place of every property, so that it can be edited in place.

Only the bytes of a changed property are ever replaced, so everything that other programs wrote
(their properties, prefixes, comments, order and padding) stays byte for byte. A tree that is read
and written again would not keep that.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from app.errors import AppError

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XMP = "http://ns.adobe.com/xap/1.0/"
RATING = (_XMP, "Rating")
METADATA_DATE = (_XMP, "MetadataDate")
PICK = ("http://ns.adobe.com/xmp/1.0/DynamicMedia/", "pick")
DIGIKAM_PICK = ("http://www.digikam.org/ns/1.0/", "PickLabel")
SIDECAR_FOR = ("http://ns.adobe.com/photoshop/1.0/", "SidecarForExtension")
_WANTED = frozenset({RATING, METADATA_DATE, PICK, DIGIKAM_PICK, SIDECAR_FOR})
# XMP as programs write it is ten levels deep and knows a few dozen prefixes.
_MOST_LEVELS = 200
_MOST_PREFIXES = 1_000
_BUILT_IN_PREFIXES = {
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xmlns": "http://www.w3.org/2000/xmlns/",
}

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
# What XML is written in. Python knows more encodings, and for one of them (punycode) a sidecar of
# a megabyte takes minutes.
_ENCODINGS = frozenset(
    {"ascii", "big5", "euc_jp", "euc_kr", "gb18030", "gb2312", "gbk", "koi8-r", "koi8-u"}
    | {"mac-roman", "shift_jis", "utf-8", "utf-16", "utf-16-be", "utf-16-le"}
    | {f"iso8859-{part}" for part in range(1, 17)}
    | {f"cp{page}" for page in (437, 850, 932, 936, 949, 950, *range(1250, 1259))}
)
# What expat has found to be well-formed.
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(/?)>""")


class UnreadableXmp(AppError):
    """XMP that can't be understood, and so must not be changed."""


@dataclass(slots=True, kw_only=True)
class Property:
    """One property of the photo. Places are offsets into the packet's UTF-8."""

    name: tuple[str, str]
    tag: str
    is_element: bool
    value: str
    start: int
    end: int
    value_start: int
    value_end: int


@dataclass(frozen=True, slots=True)
class Scope:
    """The prefixes declared in a place, and the places around it.

    A packet of a few hundred kilobytes can declare as many as it likes at every level, so what is
    around is pointed to and never copied.
    """

    declared: Mapping[str, str]
    around: "Scope | None" = None

    def all(self) -> dict[str, str]:
        """Every prefix that holds here with its namespace, those of the outer places first."""
        outer = {} if self.around is None else self.around.all()
        return {**outer, **self.declared}


@dataclass(slots=True)
class Element:
    """The start tag of rdf:RDF or of a description, and the prefixes that hold inside it."""

    start: int
    end: int
    is_empty: bool
    tag: str
    prefixes: Scope


@dataclass(slots=True)
class Packet:
    """A packet of XMP: its bytes as UTF-8, and where in them things are."""

    utf8: bytes
    encoding: str
    bom: bytes
    rdf: Element | None = None
    descriptions: list[Element] = field(default_factory=list)
    properties: list[Property] = field(default_factory=list)
    all_prefixes: set[str] = field(default_factory=set)

    def value(self, name: tuple[str, str]) -> str | None:
        """The text of a property, or None when the packet does not have it."""
        for found in self.properties:
            if found.name == name:
                return found.value.strip()
        return None


def parse_packet(content: bytes) -> Packet:
    """Read a packet.

    Raises:
        UnreadableXmp: it is no XMP, or none that is safe to read.
    """
    packet = _decoded(content)
    try:
        _Reader(packet).read()
    except expat.ExpatError as error:
        raise UnreadableXmp(f"it is not well-formed XML ({error})") from error
    if packet.rdf is None:
        raise UnreadableXmp("it holds no XMP")
    return packet


def _decoded(content: bytes) -> Packet:
    encoding, bom = "", b""
    for mark, name in _BOMS:
        if content.startswith(mark):
            encoding, bom = name, mark
    body = content[len(bom) :]
    if not encoding:
        if body[:2] in (b"<\0", b"\0<"):
            encoding = "utf-16-le" if body[:1] == b"<" else "utf-16-be"
        else:
            declared = _DECLARED.match(body)
            encoding = declared[1].decode("ascii") if declared else "utf-8"
    try:
        if codecs.lookup(encoding).name not in _ENCODINGS:
            raise UnreadableXmp(f"its encoding {encoding} is none that XMP is written in")
        return Packet(body.decode(encoding).encode("utf-8"), encoding, bom)
    except (LookupError, UnicodeError) as error:
        raise UnreadableXmp(f"its text is not valid {encoding}") from error


class _Reader:
    """Goes through a packet once."""

    def __init__(self, packet: Packet) -> None:
        self._packet = packet
        self._scopes = [Scope(_BUILT_IN_PREFIXES)]
        self._namespaces = {prefix: [name] for prefix, name in _BUILT_IN_PREFIXES.items()}
        self._packet.all_prefixes.update(_BUILT_IN_PREFIXES)
        self._rdf_depth = 0  # of what is directly inside rdf:RDF; 0 outside
        self._open: Property | None = None
        self._text: list[str] = []
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def read(self) -> None:
        self._parser.Parse(self._packet.utf8, True)  # noqa: FBT003 - it takes no names

    def _refuse_doctype(self, *_: object) -> None:
        # XMP has none, and what it may define (entities in entities) can fill the memory.
        raise UnreadableXmp("it holds a document type definition, which XMP never does")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        scope = self._scope_of(attributes)
        self._scopes.append(scope)
        if len(self._scopes) > _MOST_LEVELS:
            raise UnreadableXmp(f"it is more than {_MOST_LEVELS} levels deep")
        name = self._expanded(tag, is_attribute=False)
        if not self._rdf_depth and name == (_RDF, "RDF") and self._packet.rdf is None:
            self._packet.rdf = self._element(tag, scope)
            self._rdf_depth = len(self._scopes)
        elif self._rdf_depth and len(self._scopes) == self._rdf_depth + 1:
            if name == (_RDF, "Description"):
                place = self._element(tag, scope)
                self._packet.descriptions.append(place)
                self._take_attributes(place, attributes)
        elif self._is_in_description() and len(self._scopes) == self._rdf_depth + 2:
            self._text.clear()
            if name in _WANTED:
                place = self._element(tag, scope)
                self._open = Property(
                    name=name,
                    tag=tag,
                    is_element=True,
                    value="",
                    start=place.start,
                    end=place.end,
                    value_start=place.end,
                    value_end=place.end,
                )

    def _scope_of(self, attributes: dict[str, str]) -> Scope:
        declared = {
            attribute[6:]: value
            for attribute, value in attributes.items()
            if attribute == "xmlns" or attribute.startswith("xmlns:")
        }
        if not declared:
            return self._scopes[-1]
        self._packet.all_prefixes.update(declared)
        if len(self._packet.all_prefixes) > _MOST_PREFIXES:
            raise UnreadableXmp(f"it declares more than {_MOST_PREFIXES} prefixes")
        for prefix, namespace in declared.items():
            self._namespaces.setdefault(prefix, []).append(namespace)
        return Scope(declared, self._scopes[-1])

    def _end(self, tag: str) -> None:
        depth = len(self._scopes)
        scope = self._scopes.pop()
        if scope is not self._scopes[-1]:
            for prefix in scope.declared:
                self._namespaces[prefix].pop()
        if self._open is not None and depth == self._rdf_depth + 2:
            self._close_property(self._open)
            self._open = None
        elif self._rdf_depth and depth == self._rdf_depth:
            self._rdf_depth = 0

    def _close_property(self, found: Property) -> None:
        at = self._parser.CurrentByteIndex
        utf8 = self._packet.utf8
        if utf8[found.end - 2 : found.end] != b"/>":
            found.value_end = at
            found.end = utf8.index(b">", at) + 1
        found.value = "".join(self._text)
        self._packet.properties.append(found)

    def _is_in_description(self) -> bool:
        descriptions = self._packet.descriptions
        return bool(self._rdf_depth and descriptions) and not descriptions[-1].is_empty

    def _element(self, tag: str, scope: Scope) -> Element:
        start = self._parser.CurrentByteIndex
        match = _TAG.match(self._packet.utf8, start)
        if match is None:
            raise UnreadableXmp(f"its tag {tag} can't be found again")
        return Element(start, match.end(), bool(match[1]), tag, scope)

    def _take_attributes(self, place: Element, attributes: dict[str, str]) -> None:
        first = place.start + 1 + len(place.tag.encode())
        for match in _ATTRIBUTE.finditer(self._packet.utf8, first, place.end):
            tag = match[1].decode()
            name = self._expanded(tag, is_attribute=True)
            if name in _WANTED:
                value_start, value_end = match.span(2 if match[2] is not None else 3)
                self._packet.properties.append(
                    Property(
                        name=name,
                        tag=tag,
                        is_element=False,
                        value=attributes[tag],
                        start=match.start(),
                        end=match.end(),
                        value_start=value_start,
                        value_end=value_end,
                    )
                )

    def _expanded(self, tag: str, *, is_attribute: bool) -> tuple[str, str]:
        prefix, colon, local = tag.rpartition(":")
        if not colon and is_attribute:
            return ("", tag)
        namespaces = self._namespaces.get(prefix)
        if not namespaces:
            if not prefix:
                return ("", tag)
            raise UnreadableXmp(f"its prefix {prefix} stands for nothing")
        return (namespaces[-1], local)
