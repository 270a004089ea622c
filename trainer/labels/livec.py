"""LIVE In the Wild Image Quality Challenge Database (1,162 photos).

Layout as of ChallengeDB_release: `Data/AllImages_release.mat` (names), `Data/AllMOS_release.mat`,
`Data/AllStdDev_release.mat`, all with 1,169 entries, and `Images/`. The first seven (t1.bmp ...)
were shown to raters for practice, lie in `Images/trainingImages/` and are dropped. MOS: 0 to 100,
higher is better.
"""

import re
from pathlib import Path

from engine.measures.label_scale import LabelScale
from trainer.labels.data_set_folder import (
    find_entry,
    mat_strings,
    read_mat,
    require_entry,
    require_same_length,
)
from trainer.labels.label_set import LabelledPhoto, LabelSet, sha256_of_files
from trainer.labels.photo_finder import PhotoFinder
from trainer.labels.score_range import widen

TITLE = "LIVE In the Wild (ChallengeDB_release)"
_PRACTICE_NAME = re.compile(r"t\d+\.\w+", flags=re.IGNORECASE)
_NUM_PRACTICE = 7


def looks_like_livec(folder: Path) -> bool:
    """Whether the folder has the scores of the challenge database."""
    return find_entry(folder, "Data/AllMOS_release.mat") is not None


def read_livec(folder: Path) -> LabelSet:
    """The photos of the challenge database with their MOS."""
    names_file, mos_file, spread_file = (
        require_entry(folder, f"Data/All{what}_release.mat", title=TITLE)
        for what in ("Images", "MOS", "StdDev")
    )
    finder = PhotoFinder([require_entry(folder, "Images", title=TITLE)])
    names = mat_strings(read_mat(names_file, "AllImages_release", title=TITLE))
    scores = read_mat(mos_file, "AllMOS_release", title=TITLE)
    spreads = read_mat(spread_file, "AllStdDev_release", title=TITLE)
    require_same_length(len(names), len(scores), folder=folder, title=TITLE)
    require_same_length(len(names), len(spreads), folder=folder, title=TITLE)
    photos = tuple(
        LabelledPhoto(path=finder.find(name), score=float(score), std=float(spread))
        for i, (name, score, spread) in enumerate(zip(names, scores, spreads, strict=True))
        if i >= _NUM_PRACTICE or not _PRACTICE_NAME.fullmatch(name)
    )
    nominal = LabelScale(low=0.0, high=100.0, higher_is_better=True)
    scale, notes = widen(nominal, [photo.score for photo in photos])
    return LabelSet(
        name="LIVE In the Wild",
        photos=photos,
        range=scale,
        source=folder,
        sha256=sha256_of_files([names_file, mos_file, spread_file]),
        notes=(
            f"Scores are the MOS of {mos_file.name}; higher is better.",
            f"{len(names) - len(photos)} practice photos were left out.",
            *notes,
        ),
    )
