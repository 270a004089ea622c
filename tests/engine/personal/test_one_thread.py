import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from engine.personal.fit_head import fit_head
from engine.personal.one_thread import one_thread


def threads():
    return {library["num_threads"] for library in threadpool_info()}


def test_all_libraries_compute_in_one_thread_and_go_on_as_before():
    before, torchs = threads(), torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with threadpool_limits(limits=2):  # the tests themselves are run with one
            assert threads() == {2}
            with one_thread():
                assert threads() == {1}
                assert torch.get_num_threads() == 1
            assert threads() == {2}
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(torchs)
    assert threads() == before


def test_threads_are_given_back_after_an_error():
    torchs = torch.get_num_threads()
    with pytest.raises(ValueError, match="no more"), one_thread():
        raise ValueError("no more")
    assert torch.get_num_threads() == torchs


def test_a_head_is_fitted_in_one_thread(monkeypatch):
    seen = []
    solve = np.linalg.eigh

    def watched(*arguments):
        seen.append(threads())
        return solve(*arguments)

    monkeypatch.setattr(np.linalg, "eigh", watched)
    rng = np.random.default_rng(0)
    with threadpool_limits(limits=2):
        fit_head(rng.normal(size=(30, 90)).astype(np.float32), rng.uniform(0, 100, 30))
    assert seen
    assert all(one == {1} for one in seen)
