"""The version of this installation, in one place."""

from importlib import metadata


def version() -> str:
    """The version as it was installed."""
    try:
        return metadata.version("discern-iqa")
    except metadata.PackageNotFoundError:
        return "(not installed)"
