from engine.defects.seen_reduced import is_seen_reduced


def test_the_line_is_at_four_megapixels():
    assert not is_seen_reduced(2000, 2000)
    assert is_seen_reduced(2001, 2000)
