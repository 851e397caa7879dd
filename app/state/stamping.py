"""The stamp on the screen: where there is room for it, and how it will print."""

from __future__ import annotations

from app import actions
from app.errors import TekenError
from app.model import KeyInfo, Person
from app.services.locale import Words
from app.state.document import DocumentState


async def propose(
    document: DocumentState, info: KeyInfo | None, words: Words, pixel_ratio: float
) -> None:
    """Give the document's stamp its size, a proposed place and a picture for this key."""
    person = _somebody(words)
    try:
        proposal = await actions.propose_stamp(document.services, document.opened, info, person)
    except TekenError as error:
        document.stamp.problem = error
        return
    document.stamp.size, document.stamp.least = proposal.size, proposal.least
    document.stamp.propose(proposal.place, proposal.problem)
    await picture(document, info, words, pixel_ratio)


async def picture(
    document: DocumentState, info: KeyInfo | None, words: Words, pixel_ratio: float
) -> None:
    """Draw the stamp in its present size; too small a one says so and keeps the old look."""
    stamp = document.stamp
    place = document.field_place or stamp.place
    size = (place.rect.width, place.rect.height) if place else stamp.size
    width = round(size[0] * 2 * max(pixel_ratio, 1))
    person = _somebody(words)
    try:
        stamp.picture = await actions.draw_stamp(document.services, info, person, size, width)
    except TekenError as error:
        stamp.problem = error


def _somebody(words: Words) -> Person:
    """Shown in the stamp while there is no key yet."""
    return Person(words.gettext("Your name"), words.gettext("Your position"))
