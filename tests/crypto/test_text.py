"""Names pass as people write them; what cannot be seen on paper does not."""

from __future__ import annotations

import pytest

from app.crypto.text import printable
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
