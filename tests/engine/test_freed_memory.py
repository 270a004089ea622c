import json
import subprocess
import sys
import textwrap

import pytest

from engine.freed_memory import keep_freed_memory

TRAIN = """
    import json, resource, sys
    import torch
    from engine.freed_memory import keep_freed_memory
    most = int(sys.argv[2]) if len(sys.argv) > 2 else None
    is_kept = sys.argv[1] == "kept" and keep_freed_memory(most)
    def step():
        pieces = [torch.empty(2_000_000).fill_(1.0) for _ in range(20)]
        return sum(float(piece[0]) for piece in pieces)
    for _ in range(3):
        step()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        step()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    print(json.dumps([is_kept, after - before]))
"""


def faults(*arguments):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(TRAIN), *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="other C libraries are left as they are")
def test_pages_are_asked_for_once_and_not_at_every_step():
    is_kept, num_faults = faults("kept")
    if not is_kept:
        pytest.skip("this C library has no such option")
    _, num_faults_without = faults("as it is")  # often half a million, but at times none
    assert num_faults <= max(100, num_faults_without / 10)


@pytest.mark.skipif(sys.platform != "linux", reason="other C libraries are left as they are")
def test_with_a_bound_above_what_a_step_takes_it_is_the_same():
    is_kept, num_faults = faults("kept", str(1024**3))  # a step takes 160 MB
    if not is_kept:
        pytest.skip("this C library has no such option")
    _, num_faults_without = faults("as it is")
    assert num_faults <= max(100, num_faults_without / 10)


def test_other_systems_are_left_alone(monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert keep_freed_memory() is False
