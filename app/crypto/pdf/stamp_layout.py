"""Where each part of a stamp goes: the QR code at the left, lines and label at its right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.crypto.pdf.fonts import ASCENT, DESCENT, UNITS, Font, Weight
from app.crypto.pdf.qr import QUIET_ZONE
from app.crypto.pdf.stamp_template import Template
from app.crypto.pdf.stamp_text import Line
from app.model import Rect

LABEL_WEIGHT: Weight = "Bold"
_LABEL_PADDING = 0.35  # around the label's text, relative to its size
_STEPS = 28  # between the largest and the smallest setting
_GROWTH = 2.0  # a field much larger than the template: how far type and QR code grow with it


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text on one baseline; positions and size in points."""

    text: str
    weight: Weight
    size: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layout:
    """`qr` includes the quiet zone; `label_box` is the outline around the label."""

    runs: tuple[Run, ...]
    qr: Rect | None
    label_box: Rect | None


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be laid out; `modules` is the side of the QR code, 0 where there is none."""

    lines: tuple[Line, ...]
    label: str
    modules: int


def fit(
    content: Content, size: tuple[float, float], template: Template, font: Font
) -> Layout | None:
    """The layout with the largest type and QR code that fit, or None."""
    template = _resized(template, size)
    pleasant = [
        whole for whole in _settings(content, size, template) if whole[0] >= template.pleasant
    ]
    whole = tuple(
        replace(line, keep="always") if line.keep != "no" else line for line in content.lines
    )
    return _first_fit(replace(content, lines=whole), pleasant, size, template, font) or _first_fit(
        content, _settings(content, size, template), size, template, font
    )


def _first_fit(
    content: Content,
    settings: Iterable[tuple[float, float]],
    size: tuple[float, float],
    template: Template,
    font: Font,
) -> Layout | None:
    for text_size, side in settings:
        column = _column(side, size, template)
        if column.width <= 0:
            continue
        rows = _rows(content.lines, text_size, template.smallest, column.width, font)
        label = _label_rows(content.label, text_size, column.width, template, font)
        if rows is not None and label is not None:
            layout = _arrange(rows, label, side, size, column, template, font)
            if layout is not None:
                return layout
    return None


def _resized(template: Template, size: tuple[float, float]) -> Template:
    factor = min(size[0] / template.size[0], size[1] / template.size[1], _GROWTH)
    grown = max(factor, 1.0)
    return replace(
        template,
        padding=template.padding * factor,
        gap=template.gap * min(factor, 1.0),
        largest=template.largest * grown,
        qr_largest=template.qr_largest * grown,
    )


def _settings(
    content: Content, size: tuple[float, float], template: Template
) -> Iterator[tuple[float, float]]:
    """(text size, side of the QR code): both shrink together, the QR code no more than it must."""
    smallest = (content.modules + 2 * QUIET_ZONE) * template.qr_module if content.modules else 0.0
    largest = min(template.qr_largest, size[1] - 2 * _edge(template)) if content.modules else 0.0
    if largest < smallest:
        return
    for step in range(_STEPS + 1):
        shrunk = step / _STEPS
        text_size = template.largest - shrunk * (template.largest - template.smallest)
        lowest = largest - shrunk * (largest - smallest)
        yield text_size, largest
        if lowest < largest:
            yield text_size, (largest + lowest) / 2
            yield text_size, lowest


def _edge(template: Template) -> float:
    """The quiet zone is blank already: it may reach up to the frame."""
    return template.frame + 0.5


def _column(side: float, size: tuple[float, float], template: Template) -> Rect:
    left = _edge(template) + side + template.gap / 2 if side else template.padding
    return Rect(
        left, template.padding, size[0] - left - template.padding, size[1] - 2 * template.padding
    )


def _rows(
    lines: Sequence[Line], text_size: float, least: float, width: float, font: Font
) -> list[Line] | None:
    """The lines broken to `width`, `scale` now being points. None: a word is too wide."""
    rows: list[Line] = []
    for line in lines:
        size = max(line.scale * text_size, least)
        broken = _wrap(line, width * UNITS / size, font)
        if broken is None:
            return None
        rows += [Line(text, line.weight, size) for text in broken]
    return rows


def _wrap(line: Line, width: float, font: Font) -> list[str] | None:
    """Greedy line breaking; `width` in thousandths of the font size."""
    rows: list[str] = []
    for word in [line.text] if line.keep == "always" else line.text.split(" "):
        if font.width(word, line.weight) > width:
            return None
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and font.width(longer, line.weight) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def _label_rows(
    label: str, text_size: float, width: float, template: Template, font: Font
) -> list[Line] | None:
    """The label on one line at any readable size, else broken at the smallest."""
    if not label:
        return []
    units = font.width(label, LABEL_WEIGHT) / UNITS + 2 * _LABEL_PADDING
    size = min(text_size, width / units)
    if size >= template.smallest:
        return [Line(label, LABEL_WEIGHT, size)]
    smallest = template.smallest
    inside = width - 2 * _LABEL_PADDING * smallest
    return _rows([Line(label, LABEL_WEIGHT, 1.0)], smallest, smallest, inside, font)


def _arrange(
    rows: list[Line],
    label: list[Line],
    side: float,
    size: tuple[float, float],
    column: Rect,
    template: Template,
    font: Font,
) -> Layout | None:
    """Stack the rows, the label below them, in the middle of the column; None: too high."""
    leading = template.leading
    inset = _LABEL_PADDING * label[0].scale if label else 0.0
    label_height = sum(row.scale for row in label) * leading + inset if label else 0.0
    between = inset * 1.5
    height = sum(row.scale for row in rows) * leading + between + label_height
    if height > column.height:
        return None
    top = column.y + (column.height + height) / 2
    runs, top = _stack(rows, column.x, top, leading)
    box = None
    if label:
        top -= between
        widest = max(font.width(row.text, LABEL_WEIGHT) * row.scale / UNITS for row in label)
        box = Rect(column.x, top - label_height, widest + 2 * inset, label_height)
        runs += _stack(label, column.x + inset, top - inset / 2, leading)[0]
    edge = _edge(template)
    qr = Rect(edge, (size[1] - side) / 2, side, side) if side else None
    return Layout(tuple(runs), qr, box)


def _stack(rows: list[Line], x: float, top: float, leading: float) -> tuple[list[Run], float]:
    """Rows below each other from `top`; the type sits in the middle of its leading."""
    runs = []
    for row in rows:
        height = row.scale * leading
        blank = (height - row.scale * (ASCENT - DESCENT) / UNITS) / 2
        baseline = top - blank - row.scale * ASCENT / UNITS
        runs.append(Run(row.text, row.weight, row.scale, x, baseline))
        top -= height
    return runs, top
