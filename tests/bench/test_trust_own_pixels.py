"""The rows of canvases, counted by hand."""

import pytest

from bench.trust_own_pixels import focus_rows, peak_rows


def peak(kind, strength, *, is_inside, named=True):
    return {
        "kind": kind,
        "strength": strength,
        "peak_inside": is_inside,
        "named": named,
        "reached_a_half": is_inside,
    }


def test_peaks_are_counted_together_by_kind_and_by_strength():
    rows = peak_rows(
        [
            peak("blur", 0.25, is_inside=False),
            peak("blur", 1.0, is_inside=True),
            peak("noise", 0.25, is_inside=True, named=False),
            peak("noise", 1.0, is_inside=True),
        ]
    )

    assert [(row.of, row.measured.value) for row in rows] == [
        ("", 0.75),
        ("", 0.75),
        ("", 0.75),
        ("blur", 0.5),
        ("noise", 1.0),
        ("strength 0.25", 0.5),
        ("strength 1", 1.0),
    ]
    assert [row.is_met for row in rows] == [False, None, None, None, None, None, None]


def look(what, state, true, found):
    return {"what": what, "state": state, "true": true, "found": found}


def test_focus_and_noise_are_ranked_against_the_truth():
    looks = [look("focus, disc", "plain", true, 2 * true + 1) for true in (0.0, 1.0, 2.0, 3.0)]
    looks += [look("focus, Gaussian", "JPEG", true, 2 * true + 1.5) for true in (0.5, 2.5)]
    looks += [look("noise", "plain", true, -true) for true in (0.0, 1.0, 2.0)]

    focus, disc, gaussian, plain, jpeg, noise = focus_rows(looks)

    assert focus.measured.value == pytest.approx(1)
    assert focus.measured.num == 6
    assert focus.is_met is True
    assert [row.of for row in (disc, gaussian, plain, jpeg)] == [
        "disc",
        "Gaussian",
        "plain",
        "JPEG",
    ]
    assert noise.measured.value == pytest.approx(-1)
