from app.pictures.map_words import map_sentences
from app.pictures.seen_defects import SeenDefect, Severity


def test_defects_come_before_what_was_not_seen(card):
    blur = SeenDefect(kind="blur", severity=Severity.SPOILT, share=0.12, where="lower left")
    first, *others = map_sentences([blur], card)
    assert first == "Blur: spoils the photo, lower left, 12 % of the photo."
    assert others[0].startswith("Otherwise no noise")


def test_silence_is_never_bare(card):
    said = map_sentences([], card)
    assert said[0].startswith("No blur or noise that this map can see")
    assert not any("None" in sentence for sentence in said)
