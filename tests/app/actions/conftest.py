"""A small folder of photos with sidecars, and what actions need around it."""

import os
import time

import pytest

from app.catalog.library_catalog import LibraryCatalog
from app.catalog.photo_entry import PhotoEntry
from app.catalog.photo_files import stamp_of

MODEL = {"model_id": "m@1", "num_crops": 2}


@pytest.fixture
def catalog(tmp_path):
    catalog = LibraryCatalog(tmp_path / "catalog.sqlite3", busy_timeout_s=0.2)
    yield catalog
    catalog.close()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


@pytest.fixture
def photo(folder):
    """Makes a photo an hour old, with sidecars, and gives its entry."""

    def make(name="a.jpg", *, content=None, sidecars=(), **known):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(f"photo {name}".encode(errors="replace") if content is None else content)
        for sidecar in sidecars:
            (path.parent / sidecar).write_bytes(f"sidecar {sidecar}".encode())
        an_hour_ago_s = time.time() - 3600
        os.utime(path, (an_hour_ago_s, an_hour_ago_s))
        stamp = stamp_of(path)
        return PhotoEntry(path=path, size_bytes=stamp.size_bytes, mtime_ns=stamp.mtime_ns, **known)

    return make


@pytest.fixture
def marks(catalog):
    """Stars and flag by path, as the catalog knows them."""

    def find(*paths):
        entries = catalog.entries([stamp_of(path) for path in paths], **MODEL)
        return [(entry.stars, entry.flag) for entry in entries]

    return find


@pytest.fixture
def apply():
    """Carries an action out to its end."""
    return lambda action: action.apply(lambda done, total: None, lambda: False)


@pytest.fixture
def listing():
    """Every file below a folder with its content."""

    def find(folder):
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }

    return find
