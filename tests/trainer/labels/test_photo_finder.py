from trainer.labels.photo_finder import PhotoFinder


def test_a_name_is_looked_up_in_the_folders_in_their_order(tmp_path, made_up_sets):
    made_up_sets.write_photo(tmp_path / "images" / "a.png")
    finder = PhotoFinder([tmp_path, tmp_path / "images"])
    assert finder.find("a.png") == tmp_path / "images" / "a.png"
    made_up_sets.write_photo(tmp_path / "a.png")
    fresh = PhotoFinder([tmp_path, tmp_path / "images"])
    assert fresh.find("a.png") == tmp_path / "a.png"


def test_backslashes_case_and_a_missing_suffix_are_forgiven(tmp_path, made_up_sets):
    made_up_sets.write_photo(tmp_path / "Sub" / "Photo 1.PNG")
    finder = PhotoFinder([tmp_path])
    for name in ("Sub/Photo 1.PNG", "Sub\\Photo 1.PNG", "sub/photo 1.png", "SUB\\PHOTO 1"):
        assert finder.find(name).samefile(tmp_path / "Sub" / "Photo 1.PNG")


def test_an_absolute_path_is_taken_as_it_is(tmp_path, made_up_sets):
    made_up_sets.write_photo(tmp_path / "a.png")
    assert PhotoFinder([tmp_path / "elsewhere"]).find(str(tmp_path / "a.png")).is_file()


def test_a_photo_that_is_not_there_keeps_its_place_in_the_first_folder(tmp_path):
    finder = PhotoFinder([tmp_path, tmp_path / "images"])
    assert finder.find("sub\\a.png") == tmp_path / "sub" / "a.png"
    assert finder.find("") == tmp_path
