"""Small made-up data sets, each written in the layout of the real one.

Scores follow from an item's place, so that tests can work them out; photos are noise that differs
from file to file.
"""

import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import openpyxl
from PIL import Image
from scipy.io import savemat

LIVE_FOLDERS = ("jp2k", "jpeg", "wn", "gblur", "fastfading")
LIVE_ORIGINALS = ("bikes.bmp", "womanhat.bmp")
CSIQ_TYPES = {
    "noise": ("awgn", "AWGN"),
    "blur": ("blur", "BLUR"),
    "jpeg 2000": ("jpeg2000", "jpeg2000"),
}
CSIQ_IMAGES = (1600, "aerial_city")


def write_photo(path: Path) -> None:
    """A 24 x 18 photo of noise that follows from its name, in the format of its suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(zlib.crc32(path.as_posix().encode()))
    Image.fromarray(rng.integers(0, 256, (18, 24, 3), dtype=np.uint8)).save(path)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(map(str, row)) for row in (header, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_folder_with_csv(folder: Path, num_photos: int = 24) -> Path:
    """A labels.csv beside `images/`, scores from 0 to 1 in even steps."""
    names = [f"images/p{i:03d}.png" for i in range(num_photos)]
    for name in names:
        write_photo(folder / name)
    rows = [(name, f"{i / (num_photos - 1):.4f}") for i, name in enumerate(names)]
    write_csv(folder / "labels.csv", ("image", "score"), rows)
    return folder / "labels.csv"


def write_live(folder: Path, *, realigned: bool = True) -> None:
    """Three photos per folder, the third an original; realigned scores -2, 5, (0), 19, 26 ..."""
    is_original, references, scores = [], [], []
    for name in LIVE_FOLDERS:
        for number in (1, 2, 3):
            write_photo(folder / name / f"img{number}.bmp")
            scores.append(0.0 if number == 3 else len(scores) * 7.0 - 2.0)
            is_original.append(int(number == 3))
            references.append(LIVE_ORIGINALS[number % 2])
    for name in LIVE_ORIGINALS:
        write_photo(folder / "refimgs" / name)
    cells = np.empty((1, len(references)), dtype=object)
    cells[0, :] = references
    savemat(folder / "refnames_all.mat", {"refnames_all": cells})
    plain = [abs(score) for score in scores]
    savemat(folder / "dmos.mat", {"dmos": [plain], "orgs": [is_original]})
    if realigned:
        spreads = [float(i) for i in range(len(scores))]
        savemat(
            folder / "dmos_realigned.mat",
            {"dmos_new": [scores], "dmos_std": [spreads], "orgs": [is_original]},
        )


def write_csiq(folder: Path, *, as_workbook: bool = True) -> None:
    """Two originals, three types, two levels; DMOS 0, 0.08, 0.16 ... in that order."""
    rows = []
    for image in CSIQ_IMAGES:
        write_photo(folder / "src_imgs" / f"{image}.png")
        for kind, (subfolder, in_name) in CSIQ_TYPES.items():
            for level in (1, 2):
                name = f"{image}.{in_name}.{level}.png"
                write_photo(folder / "dst_imgs" / subfolder / name)
                rows.append((image, len(rows) % 3, kind, level, 0.05, len(rows) * 0.08, name))
    if not as_workbook:
        lines = [f"{name} {dmos:.2f}" for *_, dmos, name in rows]
        (folder / "csiq_label.txt").write_text("\n".join(lines), encoding="utf-8")
        return
    book = openpyxl.Workbook()
    book.active.title = "all_by_distortion"
    sheet = book.create_sheet("all_by_image")
    header = ("image", "dst_idx", "dst_type", "dst_lev", "dmos_std", "dmos")
    for line, row in enumerate((header, *(row[:-1] for row in rows)), start=4):
        for column, cell in enumerate(row, start=4):
            sheet.cell(row=line, column=column, value=cell)
    book.save(folder / "csiq.DMOS.xlsx")


def write_tid2013(folder: Path) -> None:
    """Two originals, two types, two levels; MOS 1, 1.5, 2 ..., names in mixed case."""
    lines, spreads = [], []
    for image in (1, 2):
        write_photo(folder / "reference_images" / f"I{image:02d}.BMP")
        for kind in (1, 2):
            for level in (1, 2):
                name = f"{image:02d}_{kind:02d}_{level}"
                suffix = "BMP" if level == 2 else "bmp"
                write_photo(folder / "distorted_images" / f"i{name}.{suffix}")
                lines.append(f"{1 + len(lines) / 2:.5f} I{name}.bmp")
                spreads.append("0.12500")
    (folder / "mos_with_names.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "mos_std.txt").write_text("\n".join(spreads) + "\n", encoding="utf-8")


def write_kadid10k(folder: Path) -> None:
    """Two originals, four distortions; ratings 1, 1.5, 2 ..., variance 0.25."""
    rows = []
    for image in (1, 2):
        write_photo(folder / "images" / f"I{image:02d}.png")
        for kind in (1, 2, 3, 4):
            name = f"I{image:02d}_{kind:02d}_01.png"
            write_photo(folder / "images" / name)
            rows.append((name, f"I{image:02d}.png", 1 + len(rows) / 2, 0.25))
    write_csv(folder / "dmos.csv", ("dist_img", "ref_img", "dmos", "var"), rows)


def write_livec(folder: Path) -> None:
    """Seven practice photos and five real ones; MOS 0, 5, 10 ..., spread 20."""
    practice = [f"t{i}.bmp" for i in range(1, 8)]
    names = [*practice, "3.bmp", "4.bmp", "t8.bmp", "1024.JPG", "1169.JPG"]
    for name in names:
        inner = folder / "Images" / "trainingImages" if name in practice else folder / "Images"
        write_photo(inner / name)
    cells = np.empty((len(names), 1), dtype=object)
    cells[:, 0] = names
    data = folder / "Data"
    data.mkdir()
    savemat(data / "AllImages_release.mat", {"AllImages_release": cells})
    scores = [[5.0 * i for i in range(len(names))]]
    savemat(data / "AllMOS_release.mat", {"AllMOS_release": scores})
    savemat(data / "AllStdDev_release.mat", {"AllStdDev_release": [[20.0] * len(names)]})


def write_koniq10k(folder: Path, *, with_sets: bool = True, with_scores: bool = True) -> None:
    """Six photos; 0-100 scores 10, 25, 40 ..., of ten ratings each."""
    names = [f"{1000 + i}.jpg" for i in range(6)]
    for name in names:
        write_photo(folder / "512x384" / name)
    counts = [(9 - i, 1, 0, 0, i) for i in range(6)]
    ratings = ("c1", "c2", "c3", "c4", "c5")
    if with_scores:
        rows = [
            (name, *count, 10, 1 + i / 2, 0.5, 10.0 + 15 * i)
            for i, (name, count) in enumerate(zip(names, counts, strict=True))
        ]
        header = ("image_name", *ratings, "c_total", "MOS", "SD", "MOS_zscore")
        write_csv(folder / "koniq10k_scores_and_distributions.csv", header, rows)
    if with_sets:
        parts = ("training", "training", "training", "validation", "test", "test")
        rows = [
            (name, *(c / 10 for c in count), 10, 10.0 + 15 * i, 0.5, part)
            for i, (name, count, part) in enumerate(zip(names, counts, parts, strict=True))
        ]
        header = ("image_name", *ratings, "c_total", "MOS", "SD", "set")
        write_csv(folder / "koniq10k_distributions_sets.csv", header, rows)


def write_livefb(folder: Path, *, with_parts: bool = True) -> None:
    """Five photos in two subfolders; MOS 40, 50, 60 ..."""
    names = [f"voc_emotic_ava/AVA__{i}.jpg" for i in range(3)]
    names += [f"EE371R/cj2{i}.jpg" for i in range(2)]
    for name in names:
        write_photo(folder / "database" / name)
    rows = [(name, 40.0 + 10 * i) for i, name in enumerate(names)]
    write_csv(folder / "labels_image.csv", ("name", "mos"), rows)
    if with_parts:
        flags = [(names[0], "False", 40), (names[1], "False", 50), (names[2], "True", 60)]
        write_csv(folder / "labels=640_padded.csv", ("name_image", "is_valid", "mos_image"), flags)


def write_spaq(folder: Path) -> None:
    """Four photos; MOS 20, 35, 50, 65."""
    book = openpyxl.Workbook()
    book.active.append(("Image name", "MOS", "Brightness", "Colorfulness"))
    for i in range(4):
        write_photo(folder / "TestImage" / f"0000{i}.jpg")
        book.active.append((f"0000{i}.jpg", 20.0 + 15 * i, 50, 50))
    (folder / "Annotations").mkdir()
    book.save(folder / "Annotations" / "MOS and Image attribute scores.xlsx")
