"""Which lines a stamp shows and how they are set, read from assets/stamp (one file a kind)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from app.crypto.pdf.fonts import Weight

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "stamp"
LETTER = "letter"
Keep = Literal["no", "rather", "always"]  # on one line


@dataclass(frozen=True, slots=True)
class LineStyle:
    """`text` holds at most one placeholder of `Person`; `scale` is relative to the common size."""

    text: str
    weight: Weight
    scale: float
    keep: Keep


@dataclass(frozen=True, slots=True)
class Template:
    """Measures in points; assets/stamp/letter.toml explains each."""

    size: tuple[float, float]
    padding: float
    gap: float
    frame: float
    largest: float
    pleasant: float
    smallest: float
    leading: float
    footer: str
    qr_largest: float
    qr_module: float
    lines: tuple[LineStyle, ...]


@lru_cache(maxsize=16)
def load(name: str) -> Template:
    """The template of this kind of letter; part of the program, so a wrong one is our mistake."""
    return read(tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")))


def read(values: dict[str, Any]) -> Template:
    """A template from its TOML values."""
    lines = tuple(
        LineStyle(line["text"], line["weight"], line["scale"], line["keep"])
        for line in values["line"]
    )
    return Template(
        size=(values["width"], values["height"]),
        padding=values["padding"],
        gap=values["gap"],
        frame=values["frame"],
        largest=values["largest"],
        pleasant=values["pleasant"],
        smallest=values["smallest"],
        leading=values["leading"],
        footer=values["footer"],
        qr_largest=values["qr"]["largest"],
        qr_module=values["qr"]["module"],
        lines=lines,
    )
