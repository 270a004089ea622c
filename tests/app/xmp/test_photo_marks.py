import io
import os
import struct
import time
import zlib

import pytest
from PIL import Image, PngImagePlugin

from app.catalog.marks import Marks
from app.catalog.photo_entry import Flag
from app.xmp.embedded import embedded_packet
from app.xmp.packet import DIGIKAM_PICK, PICK, RATING, SIDECAR_FOR, parse_packet
from app.xmp.packet_edit import new_packet
from app.xmp.photo_marks import SidecarNotWritten, read_marks, write_marks
from app.xmp.sidecars import FolderNames, SidecarStyle
from app.xmp.xmp_marks import XmpMarks

APPENDED, REPLACED = SidecarStyle.APPENDED, SidecarStyle.REPLACED


def packet(rating, **more):
    names = {"pick": PICK, "label": DIGIKAM_PICK, "owner": SIDECAR_FOR}
    return new_packet({RATING: rating, **{names[name]: value for name, value in more.items()}})


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "IMG_1.CR2"
    path.write_bytes(b"no photo at all")
    os.utime(path, (1000, 1000))
    return path


def put(path, content, time_s=2000):
    path.write_bytes(content)
    os.utime(path, (time_s, time_s))
    return path


def said(photo):
    found = read_marks(photo)
    return None if found is None else found.marks


@pytest.mark.parametrize("name", ["IMG_1.xmp", "IMG_1.CR2.xmp", "img_1.XMP", "IMG_1.cr2.XMP"])
def test_a_rating_is_read_from_both_sidecar_names(photo, name):
    put(photo.with_name(name), packet("3"))
    assert said(photo) == XmpMarks(stars=3)


def test_the_newer_of_two_sidecars_counts(photo):
    put(photo.with_name("IMG_1.xmp"), packet("3"), time_s=3000)
    put(photo.with_name("IMG_1.CR2.xmp"), packet("2"), time_s=2000)
    found = read_marks(photo)
    assert (found.marks, found.changed_ns) == (XmpMarks(stars=3), 3000 * 10**9)


def test_stars_newer_than_a_rejection_take_it_back(photo):
    put(photo.with_name("IMG_1.xmp"), packet("-1"), time_s=2000)
    put(photo.with_name("IMG_1.CR2.xmp"), packet("2"), time_s=3000)
    assert said(photo) == XmpMarks(stars=2, flag=Flag.NONE)


@pytest.mark.parametrize(
    ("content", "marks"),
    [
        (packet("-1"), XmpMarks(flag=Flag.REJECTED)),
        (packet("6"), XmpMarks(flag=Flag.REJECTED)),
        (packet("0"), XmpMarks(stars=0)),
        (packet("4.0"), XmpMarks(stars=4)),
        (packet("4", pick="1"), XmpMarks(stars=4, flag=Flag.PICKED)),
        (packet("4", pick="0"), XmpMarks(stars=4, flag=Flag.NONE)),
        (packet("4", pick="-1"), XmpMarks(stars=4, flag=Flag.REJECTED)),
        (packet("4", label="3"), XmpMarks(stars=4, flag=Flag.PICKED)),
        (packet("4", label="1"), XmpMarks(stars=4, flag=Flag.REJECTED)),
        (packet("4", label="2"), XmpMarks(stars=4, flag=Flag.NONE)),
        (packet("17"), None),
        (packet("many"), None),
        (packet("1e999"), None),
        (b"no xmp", None),
    ],
)
def test_ratings_and_picks_of_all_programs_are_understood(photo, content, marks):
    put(photo.with_name("IMG_1.xmp"), content)
    assert said(photo) == marks


def jpeg(xmp):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "JPEG", xmp=xmp, comment=b"first")
    return buffer.getvalue()


def png(xmp, *, packed):
    info = PngImagePlugin.PngInfo()
    info.add_itxt("Title", "other")
    info.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=packed)
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def by_pillow(kind, xmp, **more):
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32)).save(buffer, kind, xmp=xmp, **more)
    return buffer.getvalue()


def tiff(xmp, order="<", head=None):
    mark = head or (b"II*\0" if order == "<" else b"MM\0*")
    entries = struct.pack(f"{order}HHHII", 2, 256, 3, 1, 8)
    entries += struct.pack(f"{order}HHII", 700, 1, len(xmp), 38)
    return mark + struct.pack(f"{order}I", 8) + entries + bytes(4) + xmp


def cr3(xmp):
    other = struct.pack(">I4s", 24, b"uuid") + bytes(16)
    uuid = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    body = struct.pack(">I4sQ", 1, b"uuid", 32 + len(xmp)) + uuid + xmp
    return struct.pack(">I4s4s4s", 16, b"ftyp", b"crx ", bytes(4)) + other + body


@pytest.mark.parametrize(
    "content",
    [
        jpeg(packet("3")),
        png(packet("3"), packed=False),
        png(packet("3"), packed=True),
        by_pillow("TIFF", b"", tiffinfo={700: packet("3")}),
        by_pillow("WEBP", packet("3")),
        by_pillow("AVIF", packet("3")),
        tiff(packet("3")),
        tiff(packet("3"), order=">"),
        tiff(packet("3"), head=b"IIU\0"),
        cr3(packet("3")),
        jpeg(packet("3") + b" " * 2000 + b"\0"),
    ],
    ids=[
        "JPEG",
        "PNG",
        "packed-PNG",
        "TIFF",
        "WebP",
        "AVIF",
        "RAW",
        "big-endian",
        "Panasonic",
        "CR3",
        "padded",
    ],
)
def test_a_rating_inside_the_photo_is_read(tmp_path, content):
    assert said(put(tmp_path / "a.img", content)) == XmpMarks(stars=3)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        jpeg(packet("3"))[:300],
        png(packet("3"), packed=True)[:150],
        tiff(packet("3"))[:60],
        by_pillow("AVIF", packet("3"))[:100],
        cr3(packet("3"))[:70],
        b"\0\0\0\x18ftypheic" + b"\xff" * 40,
        jpeg(b"<not xmp"),
        tiff(packet("3"))[:26] + struct.pack("<I", 2**31) + bytes(50),
        b"RIFF\0\0\0\0WEBPVP8 \0",
    ],
)
def test_a_photo_cut_short_or_without_xmp_says_nothing(tmp_path, content):
    assert said(put(tmp_path / "a.img", content)) is None


def test_a_missing_photo_says_nothing(tmp_path):
    assert embedded_packet(tmp_path / "no.jpg") is None
    assert read_marks(tmp_path / "no" / "no.jpg") is None


def test_a_packed_packet_that_would_fill_the_memory_is_cut(tmp_path, monkeypatch):
    monkeypatch.setattr("app.xmp.embedded._MAX_PACKET_BYTES", 10_000)
    bomb = zlib.compress(b"a" * 5_000_000)
    chunk = b"XML:com.adobe.xmp\0\1\0\0\0" + bomb
    content = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", len(chunk), b"iTXt") + chunk
    assert embedded_packet(put(tmp_path / "a.png", content)) == b"a" * 10_000


def test_a_camera_that_writes_zero_into_every_photo_says_nothing(tmp_path):
    assert said(put(tmp_path / "a.jpg", jpeg(packet("0")))) is None


def test_a_sidecar_shared_by_raw_and_jpeg_is_the_raws(photo):
    photo.with_name("IMG_1.JPG").write_bytes(b"")
    put(photo.with_name("IMG_1.xmp"), packet("3"))
    assert said(photo) == XmpMarks(stars=3)
    assert said(photo.with_name("IMG_1.JPG")) is None


def test_a_sidecar_that_names_its_owner_is_the_owners(photo):
    photo.with_name("IMG_1.JPG").write_bytes(b"")
    put(photo.with_name("IMG_1.xmp"), packet("3", owner="jpg"))
    assert said(photo) is None
    assert said(photo.with_name("IMG_1.JPG")) == XmpMarks(stars=3)


@pytest.mark.parametrize(("style", "name"), [(APPENDED, "IMG_1.CR2.xmp"), (REPLACED, "IMG_1.xmp")])
def test_a_new_sidecar_is_named_as_chosen(photo, style, name):
    assert write_marks(photo, Marks(4), style) == [photo.with_name(name)]
    assert sorted(os.listdir(photo.parent)) == sorted(["IMG_1.CR2", name])
    assert said(photo) == XmpMarks(stars=4)
    owner = parse_packet(photo.with_name(name).read_bytes()).value(SIDECAR_FOR)
    assert owner == ("CR2" if style is REPLACED else None)


def test_a_jpeg_beside_its_raw_does_not_take_the_shared_name(photo):
    jpg = photo.with_name("IMG_1.JPG")
    jpg.write_bytes(b"")
    assert write_marks(jpg, Marks(4), REPLACED) == [jpg.with_name("IMG_1.JPG.xmp")]
    assert write_marks(photo, Marks(2), REPLACED) == [photo.with_name("IMG_1.xmp")]
    assert (said(photo), said(jpg)) == (XmpMarks(stars=2), XmpMarks(stars=4))


def test_the_sidecar_that_exists_is_written_whatever_the_style(photo):
    there = put(photo.with_name("IMG_1.xmp"), packet("1"))
    assert write_marks(photo, Marks(4), APPENDED) == [there]
    assert os.listdir(photo.parent).count("IMG_1.CR2.xmp") == 0


def test_both_sidecars_are_kept_in_step(photo):
    both = [put(photo.with_name(name), packet("1")) for name in ("IMG_1.xmp", "IMG_1.CR2.xmp")]
    assert write_marks(photo, Marks(4), APPENDED) == both
    assert write_marks(photo, Marks(4), APPENDED) == []


def test_nothing_to_tell_makes_no_sidecar(photo):
    assert write_marks(photo, Marks(), APPENDED) == []
    assert write_marks(photo, Marks(0, Flag.PICKED), APPENDED) == []
    assert os.listdir(photo.parent) == ["IMG_1.CR2"]


def test_taking_back_a_rating_inside_the_photo_is_told(tmp_path):
    path = put(tmp_path / "a.jpg", jpeg(packet("3")))
    before = path.read_bytes()
    assert write_marks(path, Marks(), APPENDED) == [tmp_path / "a.jpg.xmp"]
    assert said(path) == XmpMarks(stars=0)
    assert path.read_bytes() == before


def test_rejecting_is_a_rating_of_minus_one(photo):
    write_marks(photo, Marks(4, Flag.REJECTED), APPENDED)
    assert said(photo) == XmpMarks(flag=Flag.REJECTED)


@pytest.mark.parametrize(
    ("marks", "pick", "label"),
    [
        (Marks(1, Flag.PICKED), "1", "3"),
        (Marks(1, Flag.NONE), "0", "0"),
        (Marks(1, Flag.REJECTED), "-1", "1"),
    ],
)
def test_picks_that_are_told_already_do_not_contradict(photo, marks, pick, label):
    sidecar = put(photo.with_name("IMG_1.xmp"), packet("1", pick="9", label="9"))
    write_marks(photo, marks, APPENDED)
    after = parse_packet(sidecar.read_bytes())
    assert (after.value(PICK), after.value(DIGIKAM_PICK)) == (pick, label)


def test_digikams_pending_stays_for_a_photo_without_a_flag(photo):
    sidecar = put(photo.with_name("IMG_1.xmp"), packet("1", label="2"))
    write_marks(photo, Marks(3), APPENDED)
    assert parse_packet(sidecar.read_bytes()).value(DIGIKAM_PICK) == "2"


@pytest.mark.parametrize("content", [b"", b"<x:xmpmeta", b"<html/>"])
def test_a_sidecar_that_cannot_be_understood_is_never_overwritten(photo, content):
    sidecar = put(photo.with_name("IMG_1.xmp"), content)
    with pytest.raises(SidecarNotWritten, match=r"IMG_1\.xmp can't be understood: .*left as it is"):
        write_marks(photo, Marks(4), APPENDED)
    assert sidecar.read_bytes() == content
    assert sorted(os.listdir(photo.parent)) == ["IMG_1.CR2", "IMG_1.xmp"]


def test_a_sidecar_far_too_large_is_left_alone(photo, monkeypatch):
    monkeypatch.setattr("app.xmp.sidecars.MAX_SIDECAR_BYTES", 10)
    put(photo.with_name("IMG_1.xmp"), packet("3"))
    assert said(photo) is None
    with pytest.raises(SidecarNotWritten, match="far too large"):
        write_marks(photo, Marks(4), APPENDED)


def test_a_sidecar_that_is_a_folder_is_named(photo):
    photo.with_name("IMG_1.xmp").mkdir()
    assert said(photo) is None
    with pytest.raises(SidecarNotWritten, match=r"IMG_1\.xmp can't be read: "):
        write_marks(photo, Marks(4), APPENDED)


def test_a_sidecar_changed_by_another_program_meanwhile_is_not_overwritten(photo, monkeypatch):
    sidecar = put(photo.with_name("IMG_1.xmp"), packet("1"))

    def slow_edit(*_):
        put(sidecar, packet("5"), time_s=4000)
        return b"too late"

    monkeypatch.setattr("app.xmp.photo_marks.edited", slow_edit)
    with pytest.raises(SidecarNotWritten, match="is being changed by another program"):
        write_marks(photo, Marks(4), APPENDED)
    assert said(photo) == XmpMarks(stars=5)


def test_a_sidecar_that_appears_meanwhile_is_not_overwritten(photo):
    names = FolderNames(photo.parent)
    put(photo.with_name("IMG_1.CR2.xmp"), packet("5"))
    with pytest.raises(SidecarNotWritten, match="has appeared just now"):
        write_marks(photo, Marks(4), APPENDED, names)
    assert said(photo) == XmpMarks(stars=5)


def test_a_folder_that_refuses_is_named(photo, monkeypatch):
    def refuse(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.files.atomic_write.Path.touch", refuse)
    with pytest.raises(SidecarNotWritten, match=r"No space left on device\. The stars are kept"):
        write_marks(photo, Marks(4), APPENDED)
    assert os.listdir(photo.parent) == ["IMG_1.CR2"]


def test_everything_that_belongs_to_a_photo_is_found(photo):
    belongs = ["IMG_1.xmp", "IMG_1.CR2.xmp", "IMG_1.CR2.pp3", "IMG_1.cr2.dop", "IMG_1_01.CR2.xmp"]
    others = ["IMG_1_02.CR2", "IMG_1_02.CR2.xmp", "IMG_10.xmp", "IMG_1.txt", "IMG_1_04.CR2.xmp"]
    for name in (*belongs, *others):
        photo.with_name(name).write_bytes(packet("1"))
    found = FolderNames(photo.parent).companions(photo)
    assert sorted(path.name for path in found) == sorted(belongs)


@pytest.mark.parametrize("rest", [b"", b"\0", b"\0\0", b"\0\0\0", b"\1\0en\0", b"\1\0\0\0"])
def test_a_text_chunk_with_parts_missing_says_nothing(tmp_path, rest):
    content = b"XML:com.adobe.xmp\0" + rest
    chunk = struct.pack(">I4s", len(content), b"iTXt") + content + bytes(4)
    path = put(tmp_path / "a.png", b"\x89PNG\r\n\x1a\n" + chunk)
    assert embedded_packet(path) is None
    assert read_marks(path) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_as_a_photo_or_a_sidecar_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.jpg")
    os.mkfifo(tmp_path / "b.png.xmp")
    (tmp_path / "b.png").write_bytes(b"photo")
    assert read_marks(tmp_path / "a.jpg") is None
    assert read_marks(tmp_path / "b.png") is None
    with pytest.raises(SidecarNotWritten, match="it is a device or a pipe"):
        write_marks(tmp_path / "b.png", Marks(stars=3), SidecarStyle.APPENDED)


@pytest.mark.parametrize(
    "beginning",
    [
        b"RIFF\xf0\xff\xff\xffWEBP",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8" + b"\xff\xe5\0\2" * 4_000_000,
        b"\0\0\0\x10ftypcrx \0\0\0\0" + b"\0\0\0\x08free" * 4_000_000,
    ],
    ids=["webp", "png", "jpeg", "cr3"],
)
def test_a_file_of_empty_pieces_is_not_gone_through_to_its_end(tmp_path, beginning):
    path = tmp_path / "preallocated"
    with path.open("wb") as file:
        file.write(beginning)
        file.truncate(3_000_000_000)  # zeros that take no room, as a download that stopped has
    begun_s = time.process_time()
    assert embedded_packet(path) is None
    assert time.process_time() - begun_s < 2
