"""Packets that are small and ask for much."""

import time
import tracemalloc

import pytest

from app.xmp.packet import RATING, UnreadableXmp, parse_packet
from app.xmp.packet_edit import edited
from app.xmp.sidecars import MAX_SIDECAR_BYTES

XMP = "http://ns.adobe.com/xap/1.0/"
MOST_BYTES = 60_000_000
MOST_S = 10  # of a loaded machine; a quiet one takes less than a second


def packet(description: str, inside: str = "", *, around: str = "") -> bytes:
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/" {around}>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:xmp="{XMP}" {description}>{inside}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def namespaces(number: int) -> str:
    return " ".join(f'xmlns:n{count}="urn:{count}"' for count in range(number))


def cost_of(content: bytes) -> tuple[object, int, float]:
    """What reading gives, the most memory it took, and the time."""
    tracemalloc.start()
    begun_s = time.process_time()
    try:
        result: object = parse_packet(content)
    except UnreadableXmp as error:
        result = str(error)
    finally:
        taken_s = time.process_time() - begun_s
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return result, peak_bytes, taken_s


def test_thousands_of_namespaces_over_thousands_of_elements_are_refused():
    result, peak_bytes, taken_s = cost_of(packet(namespaces(20_000), "<xmp:a>" * 20_000))
    assert result == "it declares more than 1000 prefixes"
    assert peak_bytes < MOST_BYTES
    assert taken_s < MOST_S


def test_what_is_nested_for_ever_is_refused():
    result, peak_bytes, _ = cost_of(packet("", "<xmp:a>" * 20_000))
    assert result == "it is more than 200 levels deep"
    assert peak_bytes < MOST_BYTES


def test_as_many_prefixes_as_are_allowed_are_not_copied_for_each_element():
    one = '<rdf:Description xmlns:n1="urn:a"/>'
    inside = "</rdf:Description>" + one * 20_000 + "<rdf:Description>"
    result, peak_bytes, taken_s = cost_of(packet("", inside, around=namespaces(990)))
    assert len(result.descriptions) == 20_002
    assert peak_bytes < MOST_BYTES
    assert taken_s < MOST_S


def test_prefixes_from_far_outside_are_found_at_once():
    depth = 190
    inside = "".join(f'<xmp:a xmlns:m{level}="urn:{level}">' for level in range(depth))
    inside += "<xmp:b/>" * 200_000 + "</xmp:a>" * depth
    _, _, taken_s = cost_of(packet("", inside))
    assert taken_s < MOST_S


def test_two_hundred_levels_and_a_thousand_prefixes_are_allowed():
    depth = 200 - 5  # the document, xmpmeta, RDF and the description come first
    inside = "<xmp:a>" * depth + "</xmp:a>" * depth + "<xmp:Rating>3</xmp:Rating>"
    # xml, xmlns, x, rdf and xmp are there as well
    assert parse_packet(packet(namespaces(995), inside)).value(RATING) == "3"
    with pytest.raises(UnreadableXmp, match="prefixes"):
        parse_packet(packet(namespaces(996), inside))


def test_a_prefix_declared_inside_hides_the_one_outside_only_there():
    inside = (
        '<xmp:a xmlns:xmp="urn:other"><xmp:Rating>1</xmp:Rating></xmp:a><xmp:Rating>4</xmp:Rating>'
    )
    assert parse_packet(packet("", inside)).value(RATING) == "4"
    hidden = '<xmp:Rating xmlns:xmp="urn:other">1</xmp:Rating>'
    assert parse_packet(packet("", hidden)).value(RATING) is None


def test_a_property_told_many_thousand_times_is_told_once_afterwards_and_soon():
    many = packet("", "<xmp:Rating>1</xmp:Rating>" * 100_000)
    begun_s = time.process_time()
    content = edited(parse_packet(many), {RATING: "5"})
    assert time.process_time() - begun_s < MOST_S
    assert content.count(b"Rating>") == 2
    assert parse_packet(content).value(RATING) == "5"


def test_a_sidecar_has_eight_megabytes_at_most():
    assert MAX_SIDECAR_BYTES == 8 * 1024 * 1024


@pytest.mark.parametrize("encoding", ["punycode", "idna", "unicode_escape", "utf-7"])
def test_an_encoding_that_no_xml_is_written_in_is_refused_undecoded(encoding):
    content = f"<?xml version='1.0' encoding='{encoding}'?>".encode()
    content += b"a" * 30_000 + b"-" + b"a" * 30_000  # as punycode, minutes from a megabyte on
    with pytest.raises(UnreadableXmp, match=f"its encoding {encoding} is none"):
        parse_packet(content)


@pytest.mark.parametrize(
    "encoding", ["UTF-8", "utf8", "UTF-16LE", "ISO-8859-1", "latin1", "windows-1252", "Shift_JIS"]
)
def test_the_encodings_of_xml_are_read(encoding):
    content = packet('xmp:Rating="4"').decode()
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{content}'
    assert parse_packet(declared.encode(encoding)).value(RATING) == "4"
