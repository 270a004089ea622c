"""Paces in words."""

_SLOW_PER_S = 0.1


def pace_text(number_per_s: float, what: str) -> str:
    """How many of something in a second: "12 crops per second", "0.4 crops per second".

    Slow ones are told by the minute, and one that is not known yet (0) not at all.
    """
    if number_per_s <= 0:
        return ""
    number, unit = number_per_s, "second"
    if number < _SLOW_PER_S:
        number, unit = 60 * number_per_s, "minute"
    shown = f"{number:,.0f}" if number >= 9.95 else f"{number:.2g}"
    return f"{shown} {what if shown == '1' else what + 's'} per {unit}"
