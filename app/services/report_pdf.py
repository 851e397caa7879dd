"""A verification report as PDF, A4, set by ReportLab in the app's own fonts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from app.model import VerdictName
from app.services.report import Facts, Report

FONTS = Path(__file__).resolve().parents[2] / "assets" / "fonts"
_TEAL, _GREY = "#0f4c5c", "#5f6b6d"
_LOOKS: dict[VerdictName, tuple[str, str]] = {  # rule, background
    "valid": ("#1e7b34", "#edf6ef"), "altered": ("#b3261e", "#faeceb"),
    "invalid": ("#b3261e", "#faeceb"),
}  # fmt: skip
_PLAIN = ("#5f6b6d", "#f1f3f3")
_MARGIN = 45.0  # points; with the padding 18 mm
_PADDING = 6.0  # of ReportLab's own frame


def pdf(report: Report) -> bytes:
    """The report as one PDF file; the same report gives the same bytes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    _register()
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target, pagesize=A4, title=report.title, lang=report.language, invariant=1,
        leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
    )  # fmt: skip
    document.build(list(_story(report, document.width - 2 * _PADDING)))
    return target.getvalue()


@cache
def _register() -> None:
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    for name in ("Roboto-Regular", "Roboto-Medium"):
        registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))


def _story(report: Report, width: float) -> Iterator[Any]:
    from reportlab.platypus import Image, KeepTogether, Spacer

    yield _text(report.title, 14, _TEAL, "Roboto-Medium")
    yield Spacer(0, 10)
    yield _band(report, width)
    yield Spacer(0, 10)
    yield _table(report.facts, width)
    for section in report.sections:
        reasons = [_text(reason, 9) for reason in section.reasons]
        head = _text(section.title.lstrip("✓✗?– "), 11, font="Roboto-Medium")
        yield KeepTogether([Spacer(0, 16), head, Spacer(0, 4), _table(section.facts, width)])
        yield from reasons
    for caption, picture in report.pictures:
        image = Image(io.BytesIO(picture))
        image._restrictSize(width, 560)
        yield KeepTogether([Spacer(0, 16), _text(caption, 10), Spacer(0, 4), image])
    yield Spacer(0, 20)
    yield _text(report.footer, 8, _GREY)


def _text(text: str, size: float, color: str = "#1b1c1c", font: str = "Roboto-Regular") -> Any:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle("t", fontName=font, fontSize=size, leading=size * 1.4, textColor=color,
                           splitLongWords=1)  # fmt: skip
    return Paragraph(escape(text), style)


def _band(report: Report, width: float) -> Any:
    """The verdict: a coloured rule, its word, its sentence."""
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table

    rule, ground = _LOOKS.get(report.verdict, _PLAIN)
    word = _text(report.word, 12, rule, "Roboto-Medium")
    band = Table([[[word, _text(report.sentence, 11)]]], colWidths=[width])
    band.setStyle([
        ("BACKGROUND", (0, 0), (-1, -1), HexColor(ground)),
        ("LINEBEFORE", (0, 0), (0, -1), 5, HexColor(rule)),
        ("LEFTPADDING", (0, 0), (-1, -1), 14), ("TOPPADDING", (0, 0), (-1, -1), 8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 10),
    ])  # fmt: skip
    return band


def _table(facts: Facts, width: float) -> Any:
    from reportlab.platypus import Table

    rows = [[_text(label, 9, _GREY), _text(text, 9)] for label, text in facts]
    table = Table(rows or [["", ""]], colWidths=[0.27 * width, 0.73 * width])
    table.setStyle([
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ])  # fmt: skip
    return table
