"""What a screen shows of a stamp before anything is signed: its size and free space for it."""

from __future__ import annotations

from dataclasses import dataclass

from app.crypto import certificates
from app.errors import StampError, TekenError
from app.model import KeyInfo, Person, Place, Stamp
from app.services.documents import Opened

Size = tuple[float, float]  # points
SAMPLE_CODE = "a" * 26  # as long as a real one


@dataclass(frozen=True, slots=True)
class Proposal:
    """`place` None: `problem` says why no free space was found."""

    size: Size
    least: Size  # smaller than this it cannot be read
    place: Place | None = None
    problem: TekenError | None = None


def sample(info: KeyInfo | None, person: Person, link_base: str) -> tuple[Stamp, str]:
    """The stamp of a key and its label; of `person` where there is no key yet."""
    link = f"{link_base.rstrip('/')}/v/{SAMPLE_CODE}"
    if info is None:
        return Stamp(person, link), certificates.TEST_LABEL
    return Stamp(info.person, link), certificates.label(info.chain)


def propose(opened: Opened, stamp: Stamp, label: str) -> Proposal:
    """How large the stamp is, and where there is room. Raises GlyphMissing, TextNotAllowed."""
    from app.crypto.appearance import signature_places  # only to show, as all below
    from app.crypto.pdf import placement
    from app.crypto.pdf import stamp as stamps
    from app.crypto.pdf.document import PdfFile
    from app.crypto.pdf.geometry import geometry

    size, least = stamps.default_size(stamp, label), stamps.minimum_size(stamp, label)
    if opened.obstacle is not None:
        return Proposal(size, least)
    with opened.content.open() as file:
        pdf = PdfFile(file, opened.password)
        taken = [signature_places(pdf, page, geometry(pdf, page)) for _, page in pdf.pages()]
    try:
        return Proposal(size, least, placement.find_place(opened.pages, size, taken))
    except StampError as error:
        return Proposal(size, least, problem=error)
