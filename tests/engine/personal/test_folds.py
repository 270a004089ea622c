import numpy as np

from engine.personal.folds import folds


def test_every_photo_is_judged_once_and_no_group_is_parted():
    groups = np.random.default_rng(0).integers(0, 40, 100)
    judged_times = np.zeros(100, dtype=int)
    for learnt, judged in folds(groups, 5, seed=1):
        assert not set(groups[learnt]) & set(groups[judged])
        assert len(learnt) + len(judged) == 100
        judged_times[judged] += 1
    assert judged_times.tolist() == [1] * 100


def test_folds_are_even_and_differ_by_their_seed():
    groups = np.arange(101)
    sizes = [len(judged) for _, judged in folds(groups, 5, seed=0)]
    assert sorted(sizes) == [20, 20, 20, 20, 21]
    first, second = (next(iter(folds(groups, 5, seed=seed)))[1] for seed in (0, 1))
    assert first.tolist() != second.tolist()


def test_few_groups_make_few_folds():
    assert len(list(folds(np.array([0, 0, 1, 1, 2]), 5, seed=0))) == 3
    assert list(folds(np.zeros(9, dtype=int), 5, seed=0)) == []
