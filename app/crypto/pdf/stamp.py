"""The visible signature as a form XObject: QR code, lines and label, upright on any page.

It leaves where it goes to `placement`, and the annotation around it to the signer. It is fit for
PDF/A: everything embedded, no transparency, grey only (ISO 19005-2, 6.2).
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from functools import lru_cache

from app.crypto.pdf import qr, stamp_layout, stamp_template, stamp_text
from app.crypto.pdf.fonts import Add, Font, Weight, subset
from app.crypto.pdf.objects import Dict, Name, NewStream, Object, Real, Ref
from app.crypto.pdf.stamp_layout import Content, Layout, Run
from app.crypto.pdf.stamp_template import LETTER, Template
from app.errors import StampTooSmall
from app.model import Person, Rect, Stamp

DEFAULT_SIZE = (200.0, 70.0)  # points: 70.6 x 24.7 mm
_LARGEST_SCALE = 8.0  # of the template, when looking for the smallest size that fits
_FRAME_GREY, _BLACK, _WHITE = 0.6, 0.0, 1.0
# D65 and the gamma of sRGB: black stays black, grey looks as DeviceGray does on a screen.
_CALIBRATED: list[Object] = [
    Name("CalGray"),
    {Name("WhitePoint"): [Real(0.9505), 1, Real(1.089)], Name("Gamma"): Real(2.2)},
]


@dataclass(frozen=True, slots=True)
class _Block:
    """All of a stamp but its QR code: the same for every document of a batch."""

    font: Font
    content: bytes  # deflated


def draw(
    add: Add,
    stamp: Stamp,
    label: str,
    size: tuple[float, float],
    turn: int = 0,
    calibrated: bool = False,
    kind: str = LETTER,
) -> Ref:
    """Add the form XObject for a widget's /AP /N and what it needs; gives its reference.

    `size` is (width, height) in points on the upright page, `turn` the page's /Rotate. `label` is
    printed in a box; an uncertified signature must have one. `calibrated` writes CalGray instead
    of DeviceGray, for PDF/A without an output intent. `kind` names a template in assets/stamp.
    Raises StampTooSmall, GlyphMissing, TextNotAllowed.
    """
    code = qr.encode(stamp.link) if stamp.link else None
    block = _block(stamp.person, label, size, code.modules if code else 0, calibrated, kind)
    resources: Dict = {Name("Font"): {Name("F"): block.font.register(add)}}
    if calibrated:
        resources[Name("ColorSpace")] = {Name("C"): _CALIBRATED}
    if code:
        resources[Name("XObject")] = {Name("Q"): add(code.image)}
    dictionary: Dict = {
        Name("Type"): Name("XObject"),
        Name("Subtype"): Name("Form"),
        Name("BBox"): [0, 0, _number(size[0]), _number(size[1])],
        Name("Resources"): resources,
        Name("Filter"): Name("FlateDecode"),
    }
    if turn % 360:
        dictionary[Name("Matrix")] = _upright(size, turn)
    return add(NewStream(dictionary, block.content))


def default_size(stamp: Stamp, label: str, kind: str = LETTER) -> tuple[float, float]:
    """(width, height) in points of the template, larger where a long text needs more."""
    width, height = stamp_template.load(kind).size
    least = minimum_size(stamp, label, kind)
    return max(width, least[0]), max(height, least[1])


def minimum_size(stamp: Stamp, label: str, kind: str = LETTER) -> tuple[float, float]:
    """The smallest readable (width, height) in whole points, in the template's proportions.

    A stamp that is at least as wide and as high can be drawn. Raises GlyphMissing, TextNotAllowed.
    """
    modules = qr.encode(stamp.link).modules if stamp.link else 0
    return _minimum(stamp.person, label, modules, kind)


@lru_cache(maxsize=64)
def _minimum(person: Person, label: str, modules: int, kind: str) -> tuple[float, float]:
    template = stamp_template.load(kind)
    content, font = _content(person, label, modules, template)
    low, high = 0.0, _LARGEST_SCALE  # texts are limited: `high` always fits
    while high - low > 1 / 256:
        middle = (low + high) / 2
        if stamp_layout.fit(content, _scaled(template, middle), template, font):
            high = middle
        else:
            low = middle
    return _scaled(template, high)


def _scaled(template: Template, scale: float) -> tuple[float, float]:
    return float(math.ceil(template.size[0] * scale)), float(math.ceil(template.size[1] * scale))


def _content(person: Person, label: str, modules: int, template: Template) -> tuple[Content, Font]:
    printed = stamp_text.clean("label", label)
    lines = stamp_text.lines(person, template)
    if template.footer and not printed:
        # Our own certificates always have a label: no sentence of a certificate authority for them.
        lines += (stamp_text.Line(template.footer, "Regular", 0.7),)
    wanted: set[tuple[Weight, str]] = {(line.weight, char) for line in lines for char in line.text}
    wanted |= {(stamp_layout.LABEL_WEIGHT, char) for char in printed}
    return Content(lines, printed, modules), subset(wanted)


@lru_cache(maxsize=64)
def _block(
    person: Person,
    label: str,
    size: tuple[float, float],
    modules: int,
    calibrated: bool,
    kind: str,
) -> _Block:
    template = stamp_template.load(kind)
    content, font = _content(person, label, modules, template)
    layout = stamp_layout.fit(content, size, template, font)
    if layout is None:
        width, height = _minimum(person, label, modules, kind)
        raise StampTooSmall(width=int(width), height=int(height))
    page = _paint(layout, size, template, font, modules, calibrated)
    return _Block(font, zlib.compress(page, 9))


def _paint(
    layout: Layout,
    size: tuple[float, float],
    template: Template,
    font: Font,
    modules: int,
    calibrated: bool,
) -> bytes:
    """The content stream (8.2). The QR code gets white below it: it must scan on grey paper too."""
    fill, stroke = (b"sc", b"SC") if calibrated else (b"g", b"G")
    parts = [b"/C cs/C CS"] if calibrated else []
    if template.frame:
        half = template.frame / 2
        frame = Rect(half, half, size[0] - template.frame, size[1] - template.frame)
        parts.append(_outline(frame, template.frame, _FRAME_GREY, stroke))
    if layout.qr:
        parts.append(b"%s %s %s f" % (_real(_WHITE), fill, _rectangle(layout.qr)))
    parts.append(b"%s %s" % (_real(_BLACK), fill))
    if layout.qr:
        parts.append(_place_qr(layout.qr, modules))
    if layout.label_box:
        parts.append(_outline(layout.label_box, 0.6, _BLACK, stroke))
    parts.append(b"BT")
    parts += [_show(run, font) for run in layout.runs]
    parts.append(b"ET")
    return b"\n".join(parts)


def _show(run: Run, font: Font) -> bytes:
    glyphs = font.encode(run.text, run.weight).hex().encode()
    return b"/F %s Tf 1 0 0 1 %s %s Tm <%s> Tj" % (
        _real(run.size),
        _real(run.x),
        _real(run.y),
        glyphs,
    )


def _place_qr(box: Rect, modules: int) -> bytes:
    module = box.width / (modules + 2 * qr.QUIET_ZONE)
    side = _real(module * modules)
    inset = module * qr.QUIET_ZONE
    x, y = _real(box.x + inset), _real(box.y + inset)
    return b"q %s 0 0 %s %s %s cm /Q Do Q" % (side, side, x, y)


def _outline(box: Rect, width: float, grey: float, operator: bytes) -> bytes:
    return b"%s %s %s w %s S" % (_real(grey), operator, _real(width), _rectangle(box))


def _rectangle(box: Rect) -> bytes:
    return b"%s %s %s %s re" % tuple(map(_real, (box.x, box.y, box.width, box.height)))


def _upright(size: tuple[float, float], turn: int) -> list[Object]:
    """The matrix that turns the form against the page's /Rotate (12.5.5, algorithm 8.1)."""
    width, height = _number(size[0]), _number(size[1])
    return {
        90: [0, 1, -1, 0, height, 0],
        180: [-1, 0, 0, -1, width, height],
        270: [0, -1, 1, 0, 0, width],
    }[turn % 360]


def _number(value: float) -> Object:
    return int(value) if value == int(value) else Real(value)


def _real(value: float) -> bytes:
    """At most three decimals: a thousandth of a point is far below any device's pixel."""
    return (format(value, ".3f").rstrip("0").rstrip(".") or "0").encode()
