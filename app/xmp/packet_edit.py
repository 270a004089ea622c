"""Changing properties of an XMP packet and not one byte beside them."""

from collections.abc import Mapping

from app.xmp.packet import Element, Packet, UnreadableXmp, parse_packet

_PREFERRED = {
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
}
_NEW_PACKET = b"""<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""

_Edit = tuple[int, int, bytes]


def new_packet(properties: Mapping[tuple[str, str], str]) -> bytes:
    """A packet with these properties and nothing else."""
    return edited(parse_packet(_NEW_PACKET), properties)


def edited(packet: Packet, properties: Mapping[tuple[str, str], str]) -> bytes:
    """The packet's bytes, in its own encoding, with these properties set.

    A property that is told twice is told once afterwards. The values are plain numbers and dates.

    Raises:
        UnreadableXmp: the packet is of a kind that can't be changed safely.
    """
    edits: list[_Edit] = []
    missing: dict[tuple[str, str], str] = {}
    for name, value in properties.items():
        found = [entry for entry in packet.properties if entry.name == name]
        if not found:
            missing[name] = value
            continue
        first, *others = found
        text = value.encode("ascii")
        if first.is_element and first.value_start == first.value_end == first.end:
            start_tag = packet.utf8[first.start : first.end - 2].rstrip()
            whole = start_tag + b">" + text + b"</" + first.tag.encode() + b">"
            edits.append((first.start, first.end, whole))
        else:
            edits.append((first.value_start, first.value_end, text))
        edits += [(other.start, other.end, b"") for other in others]
    if missing:
        edits.append(_addition(packet, missing))
    return _checked(packet, _applied(packet.utf8, edits), properties)


def _applied(utf8: bytes, edits: list[_Edit]) -> bytes:
    """The bytes with all edits made at once, however many there are."""
    pieces = []
    done = 0
    for start, end, replacement in sorted(edits):
        pieces += [utf8[done:start], replacement]
        done = end
    return b"".join([*pieces, utf8[done:]])


def _addition(packet: Packet, properties: Mapping[tuple[str, str], str]) -> _Edit:
    if packet.descriptions:
        place = packet.descriptions[0]
        at = place.end - (2 if place.is_empty else 1)
        while packet.utf8[at - 1 : at].isspace():
            at -= 1
        return (at, at, _attributes(packet, place, properties))
    rdf = packet.rdf
    if rdf is None:
        raise UnreadableXmp("it holds no XMP")
    prefix = rdf.tag.rpartition(":")[0]
    named = f"{prefix}:" if prefix else ""
    # Attributes have no default namespace: about without a prefix is the older spelling.
    description = (
        f'<{named}Description {named}about=""'.encode()
        + _attributes(packet, rdf, properties)
        + b"/>"
    )
    if rdf.is_empty:
        whole = b">" + description + f"</{rdf.tag}>".encode()
        return (rdf.end - 2, rdf.end, whole)
    return (rdf.end, rdf.end, description)


def _attributes(packet: Packet, place: Element, properties: Mapping[tuple[str, str], str]) -> bytes:
    declared: dict[str, str] = {}
    written = []
    for (namespace, local), value in properties.items():
        prefix = declared.get(namespace) or _prefix_in_scope(place, namespace)
        if prefix is None:
            prefix = _free_prefix(packet, _PREFERRED.get(namespace, "ns"), declared)
            declared[namespace] = prefix
            written.append(f'xmlns:{prefix}="{namespace}"')
        written.append(f'{prefix}:{local}="{value}"')
    return "".join(f" {attribute}" for attribute in written).encode()


def _prefix_in_scope(place: Element, namespace: str) -> str | None:
    for prefix, bound in place.prefixes.all().items():
        if prefix and bound == namespace:
            return prefix
    return None


def _free_prefix(packet: Packet, preferred: str, declared: Mapping[str, str]) -> str:
    taken = packet.all_prefixes | set(declared.values())
    prefix, number = preferred, 1
    while prefix in taken:
        number += 1
        prefix = f"{preferred}{number}"
    return prefix


def _checked(packet: Packet, utf8: bytes, properties: Mapping[tuple[str, str], str]) -> bytes:
    """The new bytes, once they are found to say what they should."""
    try:
        content = packet.bom + utf8.decode("utf-8").encode(packet.encoding)
    except UnicodeError as error:
        raise UnreadableXmp(f"it can't be written as {packet.encoding}") from error
    again = parse_packet(content)
    if any(again.value(name) != value for name, value in properties.items()):
        raise UnreadableXmp("it can't be changed without risk")
    return content
