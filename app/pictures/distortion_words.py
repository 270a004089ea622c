"""What a distortion map says, in words."""

from collections.abc import Mapping

MENTIONED_FROM = 0.01  # of the photo


def share_words(share: float) -> str:
    """A share of the photo as people say it."""
    if share >= 0.995:
        return "all of the photo"
    return f"{max(1, round(100 * share))} % of the photo"


def mentioned(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    """The kinds that affect at least a hundredth of the photo, the widest first."""
    wide = [(kind, share) for kind, share in shares.items() if share >= MENTIONED_FROM]
    return sorted(wide, key=lambda entry: -entry[1])


def defect_sentence(shares: Mapping[str, float]) -> str:
    """One sentence, such as "Noise in 12 % of the photo, blur in 3 %."."""
    found = mentioned(shares)
    if not found:
        return "No visible defects found."
    first, *others = found
    words = [f"{first[0]} in {share_words(first[1])}"]
    words += [
        f"{kind} in {share_words(share).removesuffix(' of the photo')}" for kind, share in others
    ]
    text = ", ".join(words)
    return f"{text[0].upper()}{text[1:]}."
