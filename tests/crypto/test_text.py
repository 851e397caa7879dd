"""Names pass as people write them; what cannot be seen on paper does not."""

from __future__ import annotations

import pytest

from app.crypto.text import printable, visible
from app.errors import TextNotAllowed


@pytest.mark.parametrize("text", ["Ni Luh Putu", "Dr. Ir. D’Oliveira-Núñez, M.Si.", "", "40 %"])
def test_ordinary_text_passes(text: str) -> None:
    assert printable(text, "reason", 60) == text


def test_text_is_composed_and_trimmed() -> None:
    assert printable("  Nu\u0301n\u0303ez ", "name", 60) == "Núñez"


@pytest.mark.parametrize(
    "text",
    [
        "a\nb",
        "a\0b",
        "a\u202eb",
        "a\u200bb",
        "a\ud800b",
        "a\u2028b",
        "\ue000",
        "\U000e0041",
        "a" * 61,
    ],
)
def test_hidden_characters_and_long_text_are_refused(text: str) -> None:
    with pytest.raises(TextNotAllowed) as caught:
        printable(text, "reason", 60)
    assert caught.value.details == {"field": "reason", "limit": 60}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Surat Núñez ’25’ (2).pdf", "Surat Núñez ’25’ (2).pdf"),
        ("faktur\u202efdp.exe", "faktur_fdp.exe"),
        ("a\u200bb\nc\0d\u2066e", "a_b_c_d_e"),
        ("a\udc80b", "a_b"),  # a name that is no UTF-8
    ],
)
def test_nothing_invisible_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
