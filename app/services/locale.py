"""The two languages of the app: English message ids, Indonesian from a catalogue, dates and sizes.

The catalogue is a plain .po file in assets/locale, compiled in memory when it is first needed.
"""

from __future__ import annotations

import functools
import gettext
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import TekenError

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "locale"
DOMAIN = "teken"
LANGUAGES = ("id", "en")  # the first is the default
KIB = 1024
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Words:
    """How the app speaks in one language."""

    language: str
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]

    def explain(self, error: TekenError) -> str:
        """The sentence and the advice of an error."""
        return error.explain(functools.partial(_with_numbers, self.gettext))

    def date(self, moment: datetime) -> str:
        """A day in the time zone of the device: 24 November 2026."""
        from babel.dates import format_date  # 20 ms that the start can do without

        return format_date(moment.astimezone(), "d MMMM y", locale=self.language)

    def moment(self, moment: datetime) -> str:
        """Day and time in the time zone of the device: 24 November 2026 09.42 WITA."""
        from babel.dates import format_datetime  # as above

        local = moment.astimezone()
        time = "d MMMM y HH.mm" if self.language == "id" else "d MMMM y HH:mm"
        return f"{format_datetime(local, time, locale=self.language)} {local.tzname()}"

    def size(self, count: int) -> str:
        """Bytes in words: 12 KB, 3,4 MB."""
        from babel.numbers import format_decimal  # as above

        if count < KIB * KIB:
            return f"{format_decimal(max(count // KIB, 1), '#,##0', self.language)} KB"
        return f"{format_decimal(count / KIB / KIB, '#,##0.0', self.language)} MB"


@functools.cache
def words(language: str) -> Words:
    """The words of a language of `LANGUAGES`; an unknown one speaks the default."""
    if language not in LANGUAGES:
        language = LANGUAGES[0]
    translations = _catalogue(language)
    return Words(language, _never_empty(translations.gettext), translations.ngettext)


def _catalogue(language: str) -> gettext.NullTranslations:
    """English is what the code says; every other language has a .po file."""
    if language == "en":
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo  # English does without
    from babel.messages.pofile import read_po

    source = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _with_numbers(translate: Callable[[str], str], message: str) -> str:
    """Details such as "page 3 has no size" are in the catalogue as "page {} has no size"."""
    translated = translate(message)
    numbers = _NUMBER.findall(message)
    if translated != message or not numbers:
        return translated
    template = translate(_NUMBER.sub("{}", message))
    if template.count("{}") != len(numbers):
        return message
    rest = iter(numbers)
    return re.sub(r"\{\}", lambda _: next(rest), template)


def _never_empty(translate: Callable[[str], str]) -> Callable[[str], str]:
    """In a catalogue the empty message is the header; people must never read it."""
    return lambda message: translate(message) if message else ""
