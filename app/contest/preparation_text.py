"""What to say of a prepared contest, in words."""

from app.contest.prepared import PreparedContest
from engine.counted import counted

_MOST_NAMED = 5


def summary_lines(prepared: PreparedContest) -> list[str]:
    """How many pairs of how many photos, what was left out, and where the rules were bent."""
    pairs = prepared.chosen.pairs
    num_controls = sum(pair.is_control for pair in pairs)
    names = ", ".join(one.label for one in prepared.contenders)
    lines = [
        f"{counted(len(pairs), 'pair')} from {counted(len(prepared.pool.photos), 'photo')}:"
        f" {len(pairs) - num_controls} between {names}, {num_controls} at random."
    ]
    own_scale = [one.label for one in prepared.contenders if not one.is_calibrated]
    if own_scale:
        lines.append(
            f"{', '.join(own_scale)}: scores were matched by rank to the scale of the others."
        )
    widened = [pair for pair in pairs if pair.is_widened]
    if widened:
        widest = max(pair.tolerance for pair in widened)
        lines.append(
            f"{counted(len(widened), 'level')} held fewer than two photos and"
            f" {'was' if len(widened) == 1 else 'were'} widened, to {widest:.1f} points at most"
            f" instead of {prepared.rules.tolerance:g}. More photos would help."
        )
    if prepared.chosen.empty:
        lines.append(
            f"{counted(len(prepared.chosen.empty), 'place')} in the contest stayed empty: no two"
            " photos were left that one model separates and the other does not."
        )
    if prepared.near_duplicates:
        lines.append(f"{counted(len(prepared.near_duplicates), 'near-duplicate')} left out.")
    if prepared.unreadable:
        lines.append(f"{counted(len(prepared.unreadable), 'photo')} could not be read:")
        lines += [f"  {one.path}: {one.reason}" for one in prepared.unreadable[:_MOST_NAMED]]
        if len(prepared.unreadable) > _MOST_NAMED:
            lines.append(f"  and {len(prepared.unreadable) - _MOST_NAMED} more")
    return lines
