"""Sentences of the program outside the window, in the language of the person.

What stands beside the window knows no Qt, so it translates with gettext; the window's own sentences
go through Qt. A catalog `discern.mo` is looked for in `resources/translations`; without one the
sentences stay as they are written, in English.
"""

import gettext
from functools import cache
from pathlib import Path

import resources

_DOMAIN = "discern"


def translated(sentence: str, *, context: str) -> str:
    """The sentence in the language of the environment; itself where nobody translated it.

    `context` tells apart equal words of different places, as in Qt's own translations.
    """
    return _catalog().pgettext(context, sentence)


@cache
def _catalog() -> gettext.NullTranslations:
    folder = Path(resources.__path__[0]) / "translations"
    return gettext.translation(_DOMAIN, localedir=folder, fallback=True)
