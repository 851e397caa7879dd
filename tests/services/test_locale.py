"""The Indonesian catalogue is whole, and every error can be told in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from app import errors
from app.errors import TekenError
from app.services.locale import LANGUAGES, words
from tests import catalogue
from tests.catalogue import Message, in_catalogue, in_code, translated

PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[sr]|%s")


def lost_placeholders(message: str, translation: str) -> set[str]:
    return set(PLACEHOLDER.findall(message)) ^ set(PLACEHOLDER.findall(translation))


def kinds(root: type[TekenError] = TekenError) -> list[type[TekenError]]:
    return [root, *(kind for child in root.__subclasses__() for kind in kinds(child))]


def test_nothing_is_missing_and_nothing_is_left_over() -> None:
    code, kept = in_code(), in_catalogue("id")
    assert code - kept == set()
    assert kept - code == set()


def test_a_message_without_translation_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    code: set[Message] = {*in_code(), "A sentence that nobody translated."}
    monkeypatch.setattr(catalogue, "in_code", lambda: code)
    assert catalogue.in_code() - in_catalogue("id") != set()


def test_every_message_is_translated_whole_and_none_is_guessed() -> None:
    for message in translated("id"):
        if message.id:
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(forms), message.id
            assert not message.fuzzy, message.id
            for form in forms:
                example = message.id if isinstance(message.id, str) else message.id[-1]
                assert lost_placeholders(example, form) == set(), message.id


def test_a_lost_placeholder_is_noticed() -> None:
    assert lost_placeholders("Page {page} of {pages}", "Halaman {page}") == {"{pages}"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.code)
def test_every_error_is_told_as_sentences(kind: type[TekenError], language: str) -> None:
    told = words(language).explain(kind(what="page tree", name="surat.pdf", seconds=30))
    assert told.strip()
    assert "{" not in told


def test_the_detail_of_an_error_is_translated_too() -> None:
    error = errors.DamagedPdf(what="page 3 has no size")
    assert "halaman 3 tidak memiliki ukuran" in words("id").explain(error)
    assert "page 3 has no size" in words("en").explain(error)


def test_a_name_is_never_translated() -> None:
    error = errors.FileMissing(name="Open")
    assert "“Open”" in words("id").explain(error)


def test_a_detail_that_nobody_translated_is_told_as_it_is() -> None:
    assert "Xyz 12 abc" in words("id").explain(errors.DamagedPdf(what="Xyz 12 abc"))


def test_one_is_not_many() -> None:
    english = words("en").ngettext
    assert english("{count} page", "{count} pages", 1) == "{count} page"
    assert english("{count} page", "{count} pages", 2) == "{count} pages"
    assert words("id").ngettext("{count} page", "{count} pages", 2) == "{count} halaman"


def test_an_empty_text_stays_empty() -> None:
    assert words("id").gettext("") == ""


def test_an_unknown_language_speaks_indonesian() -> None:
    assert words("xx").language == "id"


def test_dates_and_sizes() -> None:
    noon = datetime(2026, 5, 24, 12, tzinfo=UTC)
    assert words("id").date(noon) == "24 Mei 2026"
    assert words("en").date(noon) == "24 May 2026"
    assert [words("id").size(n) for n in (1, 20_480, 3_565_158)] == ["1 KB", "20 KB", "3,4 MB"]
    assert words("en").size(3_565_158) == "3.4 MB"
