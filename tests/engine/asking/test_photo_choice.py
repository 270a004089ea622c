import itertools

import numpy as np
import pytest

from engine.asking.photo_choice import choose_photos


def test_photos_are_spread_over_the_folder():
    corners = [(0.0, 0.0), (0.0, 9.0), (9.0, 0.0), (9.0, 9.0)]
    features = [(4.5, 4.5), *[(x + dx, y) for x, y in corners for dx in (0.0, 0.1, 0.2)]]
    first, *others = choose_photos(features, num=5)
    assert first == 0
    assert {(row - 1) // 3 for row in others} == {0, 1, 2, 3}


def test_the_choice_covers_at_most_twice_as_badly_as_the_best_there_is():
    """Gonzalez' bound, against every choice of three of eight photos."""
    rng = np.random.default_rng(5)
    for _ in range(20):
        features = rng.standard_normal((8, 2))
        features = (features - features.mean(axis=0)) / features.std(axis=0)

        def radius(rows, features=features):
            distances = np.linalg.norm(features[:, None] - features[list(rows)], axis=2)
            return distances.min(axis=1).max()

        best = min(radius(rows) for rows in itertools.combinations(range(8), 3))
        assert radius(choose_photos(features, num=3)) <= 2 * best + 1e-9


def test_where_all_is_equally_far_the_model_s_doubt_decides():
    square = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert choose_photos([*square, (0.5, 0.5)], num=1, taken=[4], doubt_N=[1, 2, 5, 3, 9]) == [2]


def test_a_sure_photo_that_is_far_is_not_forgotten():
    line = [[0.0], [0.1], [10.0]]
    assert choose_photos(line, num=1, taken=[0], doubt_N=[0.0, 3.0, 1.0]) == [2]


def test_photos_that_look_the_same_are_asked_about_only_when_nothing_else_is_left():
    copies = [[1.0], [1.0], [1.0], [2.0]]
    assert choose_photos(copies, num=2, taken=[0])[0] == 3
    assert sorted(choose_photos(copies, num=9, taken=[0])) == [1, 2, 3]


def test_what_is_taken_is_never_chosen():
    features = np.random.default_rng(0).standard_normal((30, 4))
    assert not set(choose_photos(features, num=30, taken=range(7))) & set(range(7))
    assert len(choose_photos(features, num=30, taken=range(7))) == 23
    assert choose_photos(features, num=3, taken=range(30)) == []


def test_a_head_s_doubt_stands_for_what_it_has_learned_from():
    line = [[0.0], [1.0], [2.0], [8.0], [9.0]]
    doubt = [0.0, 5.0, 4.0, 2.0, 1.0]
    chosen = choose_photos(line, num=2, taken=[0], apart_from=[], doubt_N=doubt)
    assert chosen == [1, 3]  # the most doubt, then 2 * 7 units rather than 4 * 1
    assert choose_photos(line, num=1, taken=[0], doubt_N=doubt) == [3]


def test_a_feature_in_large_units_weighs_no_more_than_others():
    features = np.random.default_rng(1).standard_normal((20, 3))
    assert choose_photos(features, num=6) == choose_photos(features * [1, 1e6, 1e-6] + 7, num=6)


def test_the_next_photo_is_the_farthest_from_all_that_are_taken():
    features = np.random.default_rng(2).standard_normal((40, 7))
    taken = [3, 8, 21, 30]
    standard = (features - features.mean(axis=0)) / features.std(axis=0)
    nearest = [min(np.linalg.norm(one - standard[row]) for row in taken) for one in standard]
    assert choose_photos(features, num=1, taken=taken) == [int(np.argmax(nearest))]


def test_a_folder_without_photos_has_nothing_to_ask():
    assert choose_photos(np.empty((0, 3)), num=4) == []


@pytest.mark.parametrize(
    ("features", "doubt"),
    [([[1.0], [float("nan")]], None), ([1.0, 2.0], None), ([[1.0]], [-1.0]), ([[1.0]], [1, 2])],
)
def test_what_is_no_table_of_numbers_is_refused(features, doubt):
    with pytest.raises(ValueError, match=r"finite|one doubt"):
        choose_photos(features, num=1, doubt_N=doubt)
