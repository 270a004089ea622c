import hashlib
from pathlib import Path

import pytest

from trainer.errors import LabelError
from trainer.labels.label_set import LabelledPhoto, sha256_of_files


def test_an_unknown_part_is_refused():
    with pytest.raises(LabelError, match=r"a\.png is in a part called 'holdout'"):
        LabelledPhoto(path=Path("a.png"), score=1.0, split="holdout")


def test_the_hash_of_several_files_is_that_of_their_bytes_in_order(tmp_path):
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "b").write_bytes(b"two")
    expected = hashlib.sha256(b"onetwo").hexdigest()
    assert sha256_of_files([tmp_path / "a", tmp_path / "b"]) == expected
