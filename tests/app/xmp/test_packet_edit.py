import re
import xml.etree.ElementTree as ET

import pytest

from app.xmp.packet import METADATA_DATE, PICK, RATING, UnreadableXmp, parse_packet
from app.xmp.packet_edit import edited, new_packet

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
XMP = 'xmlns:xmp="http://ns.adobe.com/xap/1.0/"'

DARKTABLE = f"""<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <!-- a comment with xmp:Rating="1" in it -->
 <rdf:RDF {RDF}>
  <rdf:Description rdf:about=""
    {XMP}
    xmlns:darktable="http://darktable.sf.net/"
   xmp:Rating = '2'
   darktable:params="gz12eJx&#10;jYGBg&amp;&lt;"
   darktable:iop_order="&#xD;a&#9;b">
   <darktable:history><rdf:Seq>
     <rdf:li darktable:num="0"><![CDATA[raw <bytes> & more]]></rdf:li>
   </rdf:Seq></darktable:history>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
""".encode()


def xmp(body, attributes=""):
    rdf = f"<rdf:RDF {RDF}{attributes}>{body}</rdf:RDF>"
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{rdf}</x:xmpmeta>'.encode()


def changed(content, value="4", name=RATING):
    return edited(parse_packet(content), {name: value})


def test_only_the_bytes_of_the_rating_change():
    assert changed(DARKTABLE) == DARKTABLE.replace(b"= '2'", b"= '4'")


def test_a_rating_as_an_element_is_changed_in_place():
    before = xmp(f'<rdf:Description {XMP}><xmp:Rating a="b"> 2 </xmp:Rating></rdf:Description>')
    assert parse_packet(before).value(RATING) == "2"
    assert changed(before) == before.replace(b" 2 ", b"4")


def test_an_empty_rating_gets_its_number():
    before = xmp(f"<rdf:Description {XMP}><xmp:Rating /></rdf:Description>")
    after = changed(before)
    assert after == before.replace(b"<xmp:Rating />", b"<xmp:Rating>4</xmp:Rating>")


def test_a_rating_between_open_and_close_without_text_gets_its_number():
    before = xmp(f"<rdf:Description {XMP}><xmp:Rating></xmp:Rating></rdf:Description>")
    assert changed(before) == before.replace(b"><", b">4<", 4).replace(b">4<", b"><", 3)


@pytest.mark.parametrize("end", ["/>", " />", "\n ></rdf:Description>", "></rdf:Description>"])
def test_a_missing_rating_is_added_with_the_prefix_that_is_there(end):
    space = XMP.replace("xmlns:xmp", "xmlns:xap")
    before = xmp(f'<rdf:Description rdf:about="" {space}{end}')
    after = changed(before)
    assert after.replace(b' xap:Rating="4"', b"") == before


def test_a_missing_prefix_is_declared():
    before = xmp('<rdf:Description rdf:about=""/>')
    added = f' {XMP} xmp:Rating="4"'.encode()
    assert changed(before) == before.replace(b'about=""', b'about=""' + added)


def test_a_prefix_that_means_something_else_is_left_to_it():
    before = xmp('<rdf:Description rdf:about="" xmlns:xmp="urn:mine"><xmp:a/></rdf:Description>')
    after = changed(before)
    added = f' {XMP.replace("xmlns:xmp", "xmlns:xmp2")} xmp2:Rating="4"'.encode()
    assert after == before.replace(b'"urn:mine"', b'"urn:mine"' + added)


def test_two_properties_of_one_namespace_declare_it_once():
    after = new_packet({RATING: "3", METADATA_DATE: "2026-01-31T10:00:00+00:00"})
    assert after.count(b"http://ns.adobe.com/xap/1.0/") == 1
    assert parse_packet(after).value(METADATA_DATE) == "2026-01-31T10:00:00+00:00"


@pytest.mark.parametrize("body", ["", " ", '<other rdf:about=""/>'])
def test_a_packet_without_a_description_gets_one(body):
    after = changed(xmp(body))
    assert parse_packet(after).value(RATING) == "4"
    assert f"{body}</rdf:RDF>".encode() in after


def test_an_rdf_without_content_gets_a_description():
    before = f"<rdf:RDF {RDF}/>".encode()
    after = changed(before)
    assert parse_packet(after).value(RATING) == "4"
    ET.fromstring(after)


def test_rdf_as_the_default_namespace_is_understood():
    before = b'<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></RDF>'
    assert parse_packet(changed(before)).value(RATING) == "4"


def test_a_rating_told_twice_is_told_once_afterwards():
    body = f'<rdf:Description {XMP} xmp:Rating="1"/>\n' * 2
    after = changed(xmp(body))
    assert re.findall(rb"Rating=.(\d)", after) == [b"4"]


def test_ratings_of_other_things_are_left_alone():
    inner = '<ns:Ingredient xmlns:ns="urn:n" rdf:parseType="Resource"><xmp:Rating>5</xmp:Rating>'
    body = f"<rdf:Description {XMP}>{inner}</ns:Ingredient></rdf:Description>"
    before = xmp(body)
    assert parse_packet(before).value(RATING) is None
    after = changed(before)
    assert after.replace(b' xmp:Rating="4"', b"") == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_stays(encoding):
    text = f'<rdf:RDF {RDF}><rdf:Description {XMP} xmp:Rating="1" about="Zoë"/></rdf:RDF>'
    after = changed(text.encode(encoding))
    assert after == text.replace('"1"', '"4"').encode(encoding)


def test_a_declared_encoding_stays():
    text = f'<?xml version="1.0" encoding="latin-1"?><rdf:RDF {RDF}><!-- Zoë --></rdf:RDF>'
    assert "Zoë".encode("latin-1") in changed(text.encode("latin-1"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not well-formed XML"),
        (b"\0" * 100, "not well-formed XML"),
        (b"IMG_1 was good", "not well-formed XML"),
        (DARKTABLE[:-60], "not well-formed XML"),
        (b"<html><body/></html>", "it holds no XMP"),
        (xmp("<foo:a/>"), "its prefix foo stands for nothing"),
        (b'<?xml version="1.0" encoding="utf-8"?><a>\xff</a>', "its text is not valid utf-8"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "its text is not valid klingon"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type definition"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_the_reason(content, reason):
    with pytest.raises(UnreadableXmp, match=reason):
        parse_packet(content)


def test_a_property_with_text_that_would_not_come_back_is_refused():
    with pytest.raises(UnreadableXmp, match="can't be changed without risk"):
        edited(parse_packet(DARKTABLE), {PICK: " 1 "})


def test_a_sidecar_of_many_properties_keeps_its_meaning():
    before = ET.canonicalize(DARKTABLE.decode())
    after = ET.canonicalize(changed(DARKTABLE, "-1").decode())
    assert after == before.replace('xmp:Rating="2"', 'xmp:Rating="-1"')
