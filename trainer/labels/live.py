"""LIVE Image Quality Assessment Database, release 2 (779 distorted photos of 29 originals).

Layout as of release 2: `jp2k/ jpeg/ wn/ gblur/ fastfading/` each with img1.bmp, img2.bmp ...,
`refimgs/`, `refnames_all.mat` (`refnames_all`), `dmos.mat` (`dmos`, `orgs`) and, from the later
update, `dmos_realigned.mat` (`dmos_new`, `dmos_std`, `orgs`). All vectors have 982 entries in the
order of the folders above (227, 233, 174, 174, 174); `orgs` marks the originals shown as hidden
references, which are dropped as is usual. DMOS: lower is better, nominally 0 to 100; realigned
values overshoot that a little on both sides.
"""

import re
from pathlib import Path

from engine.counted import counted
from engine.measures.label_scale import LabelScale
from trainer.errors import LabelError
from trainer.labels.data_set_folder import (
    find_entry,
    mat_strings,
    read_mat,
    require_entry,
    require_same_length,
)
from trainer.labels.label_set import LabelledPhoto, LabelSet, sha256_of_files
from trainer.labels.score_range import widen

TITLE = "LIVE release 2"
_FOLDER_SIZES = {"jp2k": 227, "jpeg": 233, "wn": 174, "gblur": 174, "fastfading": 174}


def looks_like_live(folder: Path) -> bool:
    """Whether the folder has LIVE's names file and a DMOS file."""
    return bool(
        find_entry(folder, "refnames_all.mat")
        and find_entry(folder, "dmos_realigned.mat", "dmos.mat")
    )


def read_live(folder: Path) -> LabelSet:
    """LIVE's distorted photos with their DMOS, the realigned one where it is there."""
    names_file = require_entry(folder, "refnames_all.mat", title=TITLE)
    realigned = find_entry(folder, "dmos_realigned.mat")
    dmos_file = realigned or require_entry(folder, "dmos_realigned.mat", "dmos.mat", title=TITLE)
    scores = read_mat(dmos_file, "dmos_new" if realigned else "dmos", title=TITLE)
    is_original = read_mat(dmos_file, "orgs", title=TITLE)
    spreads = read_mat(dmos_file, "dmos_std", title=TITLE) if realigned else None
    references = mat_strings(read_mat(names_file, "refnames_all", title=TITLE))
    paths = _photo_paths(folder, len(scores))
    lengths = [len(is_original), len(references), len(scores if spreads is None else spreads)]
    for length in lengths:
        require_same_length(length, len(scores), folder=folder, title=TITLE)
    photos = tuple(
        LabelledPhoto(
            path=paths[i],
            score=float(scores[i]),
            reference=references[i],
            std=None if spreads is None else float(spreads[i]),
        )
        for i in range(len(scores))
        if not int(is_original[i])
    )
    nominal = LabelScale(low=0.0, high=100.0, higher_is_better=False)
    scale, notes = widen(nominal, [photo.score for photo in photos])
    num_originals = len(scores) - len(photos)
    return LabelSet(
        name="LIVE",
        photos=photos,
        range=scale,
        source=folder,
        sha256=sha256_of_files([dmos_file, names_file]),
        notes=(
            f"Scores are the DMOS of {dmos_file.name}; lower is better.",
            f"{num_originals} undistorted originals were left out.",
            *notes,
        ),
    )


def _photo_paths(folder: Path, num_scores: int) -> list[Path]:
    """The distorted photos in the order of the label files, of which there is no list of names."""
    folders = {name: require_entry(folder, name, title=TITLE) for name in _FOLDER_SIZES}
    sizes = _FOLDER_SIZES
    if num_scores != sum(sizes.values()):
        sizes = {name: _highest_number(place) for name, place in folders.items()}
    if num_scores != sum(sizes.values()):
        raise LabelError(
            f"{folder} holds {counted(sum(sizes.values()), 'numbered photo')} but "
            f"{counted(num_scores, 'score')}.",
            f"Unpack {TITLE} again; without all photos it is not known which score is whose.",
        )
    return [
        folders[name] / f"img{number}.bmp"
        for name, size in sizes.items()
        for number in range(1, size + 1)
    ]


def _highest_number(folder: Path) -> int:
    found = (re.fullmatch(r"img(\d+)\.bmp", entry.name.lower()) for entry in folder.iterdir())
    return max((int(match[1]) for match in found if match), default=0)
