"""The library, with a folder of bundled models and one of the user's made for the test."""

import contextlib
import shutil
from dataclasses import replace

import pytest

from engine.errors import ModelFileError
from engine.networks import model_finder, model_library
from engine.networks.model_file import open_model, read_card, save_model
from engine.networks.model_finder import default_model, find_model
from engine.networks.model_library import (
    adopt_model,
    import_model,
    list_models,
    remove_model,
    same_model,
)


@pytest.fixture
def bundled(tmp_path, monkeypatch, tiny_model):
    """A folder of bundled models: `second` is the default, `first` the other one."""
    folder = tmp_path / "bundled"
    folder.mkdir()
    for name in ("first", "second"):
        shutil.copy(tiny_model, folder / f"{name}.safetensors")
    (folder / "default.txt").write_text("second\n", encoding="utf-8")
    for module in (model_finder, model_library):
        monkeypatch.setattr(module, "bundled_folder", lambda: folder)
    return folder


@pytest.fixture
def users(tmp_path, bundled):
    return tmp_path / "user" / "models"


@pytest.fixture
def named(tmp_path, tiny_network, make_card):
    """Makes a model file whose card has a certain name."""

    def make(name):
        path = tmp_path / "download.safetensors"
        save_model(path, tiny_network, make_card(tiny_network, name=name))
        return path

    return make


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_the_program_travels_with_its_default_model():
    path = default_model()

    assert path.is_file()
    assert read_card(path).name == path.stem
    (default,) = [entry for entry in list_models() if entry.is_default]
    assert default.path == path
    assert all(entry.is_bundled and not entry.problem for entry in list_models())


def test_the_default_comes_first_then_bundled_ones_then_the_users(bundled, users, named):
    for name in ("zebra", "ape"):
        import_model(named(name), users)

    entries = list_models(users)

    assert [entry.name for entry in entries] == ["second", "first", "ape", "zebra"]
    assert [entry.is_default for entry in entries] == [True, False, False, False]
    assert [entry.is_bundled for entry in entries] == [True, True, False, False]
    assert all(entry.size_bytes == entry.path.stat().st_size for entry in entries)
    assert [entry.card.name for entry in entries] == ["tiny", "tiny", "ape", "zebra"]


def test_a_model_that_cannot_be_read_is_listed_with_its_problem(bundled, users):
    users.mkdir(parents=True)
    (users / "broken.safetensors").write_bytes(b"junk")

    (entry,) = [entry for entry in list_models(users) if not entry.is_bundled]

    assert entry.card is None
    assert "is damaged or cut short" in entry.problem


def test_what_is_no_file_is_not_listed(bundled, users):
    (users / "folder.safetensors").mkdir(parents=True)
    (users / "notes.txt").write_text("buy bread")
    with contextlib.suppress(OSError):  # Windows lets few people make links
        (users / "gone.safetensors").symlink_to(users / "nowhere")

    assert [entry.name for entry in list_models(users)] == ["second", "first"]


def test_an_installation_without_models_says_so(bundled):
    (bundled / "default.txt").unlink()
    with pytest.raises(ModelFileError, match=r"no bundled model. Install Discern again, or name"):
        default_model()
    assert not any(entry.is_default for entry in list_models())


def test_a_model_is_found_by_name_and_by_path(bundled, users, named, monkeypatch, tmp_path):
    entry = import_model(named("mine"), users)
    monkeypatch.chdir(tmp_path)

    assert find_model("first", users) == bundled / "first.safetensors"
    assert find_model("mine", users) == entry.path == users / "mine.safetensors"
    assert find_model("download.safetensors", users).samefile(tmp_path / "download.safetensors")
    assert find_model(bundled / "first.safetensors") == bundled / "first.safetensors"


def test_a_name_means_the_library_even_beside_a_file_called_so(
    bundled, users, monkeypatch, tmp_path
):
    (tmp_path / "first").write_text("no model")
    monkeypatch.chdir(tmp_path)

    assert find_model("first", users) == bundled / "first.safetensors"


def test_the_users_model_comes_before_a_bundled_one(bundled, users, tiny_model):
    users.mkdir(parents=True)
    shutil.copy(tiny_model, users / "first.safetensors")

    assert find_model("first", users) == users / "first.safetensors"


@pytest.mark.parametrize("name", ["nobody", "", "a/b", "x" * 300, "nul\0l"])
def test_an_unknown_name_is_refused_with_the_known_ones(bundled, users, name):
    text = "There is no model .*. Models here: second, first. A file's path works too"
    with pytest.raises(ModelFileError, match=text):
        find_model(name, users)


def test_without_any_model_there_is_none_to_name(tmp_path, monkeypatch):
    monkeypatch.setattr(model_finder, "bundled_folder", lambda: tmp_path)
    with pytest.raises(ModelFileError, match=r"There is no model x. Models here: none"):
        find_model("x")


@pytest.mark.parametrize("name", ["../outside", "..\\outside", "sub/inside", "C:outside"])
def test_no_name_leads_out_of_the_library(bundled, users, tiny_model, name):
    (users / "sub").mkdir(parents=True)
    for place in (users / ".." / "outside", users / "sub" / "inside", users / name):
        shutil.copy(tiny_model, f"{place}.safetensors")
    before = sorted(users.parent.rglob("*"))

    with pytest.raises(ModelFileError, match="There is no model"):
        find_model(name, users)
    with pytest.raises(ModelFileError, match="There is no model"):
        remove_model(name, users)
    assert sorted(users.parent.rglob("*")) == before


def test_an_absolute_name_removes_nothing(bundled, users, tiny_model, tmp_path):
    victim = tmp_path / "victim.safetensors"
    shutil.copy(tiny_model, victim)
    with pytest.raises(ModelFileError, match="There is no model"):
        remove_model(str(victim.with_suffix("")), users)
    assert victim.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("mine", "mine"),
        ("../../evil", "evil"),
        ("a/b\\c:d", "a-b-c-d"),
        ("v1.2 (best)", "v1.2--best"),
        ("...hidden", "hidden"),
        ("Größe 画質", "Größe-画質"),
    ],
)
def test_an_imported_model_gets_the_name_on_its_card(users, named, name, kept):
    source = named(name)
    entry = import_model(source, users)

    assert entry.name == kept
    assert names(users) == [f"{kept}.safetensors"]
    assert entry.path.read_bytes() == source.read_bytes()
    assert entry.card.name == name
    assert (entry.is_bundled, entry.is_default) == (False, False)
    assert entry.problem == ""


@pytest.mark.parametrize("name", ["...", "///", "🏖️"])
def test_a_card_without_usable_name_is_refused(users, named, name):
    with pytest.raises(ModelFileError, match=r"No file can be called .*Give the model another"):
        import_model(named(name), users)
    assert names(users) == []


@pytest.mark.parametrize("name", ["first", "FIRST"])
def test_a_name_that_is_taken_is_refused_with_the_ways_out(users, named, name):
    text = f"There is another model called {name} already. .*download.* --name NAME.*--model .*down"
    with pytest.raises(ModelFileError, match=text):
        import_model(named(name), users)
    assert names(users) == []


def test_a_model_is_imported_under_a_name_of_ones_own(bundled, users, named):
    source = named("first")
    assert import_model(source, users, name="second / best").name == "second---best"
    assert import_model(source, users, name="third").name == "third"
    with pytest.raises(ModelFileError, match="There is another model called Third already"):
        import_model(named("mine"), users, name="Third")


def test_a_file_that_is_in_the_library_already_is_not_copied_again(bundled, users, named, tmp_path):
    exported = tmp_path / "exported.safetensors"
    shutil.copyfile(bundled / "first.safetensors", exported)
    found = import_model(exported, users)
    assert found.is_bundled
    assert found.path.read_bytes() == exported.read_bytes()
    assert adopt_model(exported, users) == found
    assert names(users) == []
    assert import_model(exported, users, name="copy").name == "copy"  # asked for by name
    assert same_model(named("mine"), users) is None


def test_importing_a_bad_file_leaves_nothing(users, tmp_path):
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"junk")
    with pytest.raises(ModelFileError, match="is damaged or cut short"):
        import_model(bad, users)
    assert names(users) == []


def test_a_copy_that_fails_halfway_leaves_nothing(users, named, monkeypatch):
    source = named("mine")

    def fail(_source, target):
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", fail)
    with pytest.raises(ModelFileError, match=r"could not be written: No space left on device"):
        import_model(source, users)
    assert names(users) == []


def test_one_of_the_users_models_is_removed(users, named):
    import_model(named("mine"), users)
    import_model(named("other"), users)
    remove_model("mine", users)

    assert names(users) == ["other.safetensors"]


def test_a_bundled_model_stays(bundled, users):
    with pytest.raises(ModelFileError, match="first is part of the program and can't be removed"):
        remove_model("first", users)
    assert (bundled / "first.safetensors").exists()


def test_removing_what_is_not_there_is_refused(users):
    with pytest.raises(ModelFileError, match=r"There is no model nobody in .*models"):
        remove_model("nobody", users)


def test_a_model_that_may_not_be_removed_is_named(users, named, monkeypatch):
    entry = import_model(named("mine"), users)

    def fail(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(entry.path), "unlink", fail)
    with pytest.raises(ModelFileError, match=r"mine.safetensors could not be removed: Permission"):
        remove_model("mine", users)


def test_a_model_whose_name_is_taken_is_adopted_under_a_number(users, named):
    first = adopt_model(named("mine"), users)
    assert first.name == "mine"
    assert adopt_model(first.path, users).path == first.path  # the very same file

    other = named("mine").with_name("other.safetensors")
    network, card = open_model(first.path)
    save_model(other, network, replace(card, trained_on="other photos"))
    assert adopt_model(other, users).name == "mine-2"
    assert adopt_model(other, users).name == "mine-2"


@pytest.mark.parametrize("letter", ["a", "ä", "写"])
def test_a_name_of_thousands_of_letters_is_cut_for_the_file(users, named, letter):
    entry = import_model(named(letter * 5000), users)
    assert entry.card.name == letter * 5000
    assert set(entry.name) == {letter}
    assert 100 < len(entry.name.encode()) <= 120
    again = adopt_model(named(letter * 4000), users)
    assert again.name == f"{entry.name}-2"
