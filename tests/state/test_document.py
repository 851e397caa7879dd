"""A document on the screen: what is drawn, where the stamp lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import actions
from app.actions import Services
from app.errors import DamagedPdf
from app.model import Place, Rect
from app.state.document import KEEP, DocumentState
from tests.builders import TRAILER, prepared, several_pages
from tests.handmade import table
from tests.state.conftest import SAMPLES, Run

WINDOW = (700.0, 800.0)


@pytest.fixture
def long(services: Services, tmp_path: Path, run: Run[Any]) -> Iterator[DocumentState]:
    """200 pages of A4."""
    path = tmp_path / "panjang.pdf"
    path.write_bytes(table(several_pages(200), trailer=TRAILER))
    opened = run(actions.open_document(path))
    yield DocumentState(opened, services)
    run(actions.close_document(opened))


@pytest.fixture
def document(services: Services, run: Run[Any]) -> Iterator[DocumentState]:
    opened = run(actions.open_document(SAMPLES / "surat-undangan.pdf"))
    yield DocumentState(opened, services)
    run(actions.close_document(opened))


def show(document: DocumentState, run: Run[Any]) -> None:
    async def look() -> None:
        document.resize(WINDOW, 0, 1.0)
        await document.painted()

    run(look())


def scroll(document: DocumentState, run: Run[Any], *offsets: float) -> None:
    async def go() -> None:
        for offset in offsets:
            document.scrolled(offset)
        await document.painted()

    run(go())


def test_only_what_is_visible_is_drawn_and_the_next(long: DocumentState, run: Run[Any]) -> None:
    show(long, run)
    assert set(long.pictures) == {0, 1}
    assert all(picture.width == 700 for picture in long.pictures.values())


def test_a_fast_scroll_draws_where_it_ends(long: DocumentState, run: Run[Any]) -> None:
    show(long, run)
    tops = long.layout.tops
    scroll(long, run, *(tops[page] for page in range(0, 150, 5)), tops[150])
    drawn = set(long.pictures)
    assert {150, 151} <= drawn
    assert len(drawn) <= 4  # at most one more was being drawn when the scroll went on
    assert long.page == 150


def test_what_is_far_away_is_forgotten(long: DocumentState, run: Run[Any]) -> None:
    show(long, run)
    for page in range(0, 40, 2):
        scroll(long, run, long.layout.tops[page])
    assert min(long.pictures) >= 38 - KEEP - 1


def test_thumbnails_are_drawn_where_the_strip_is(long: DocumentState, run: Run[Any]) -> None:
    show(long, run)

    async def look() -> None:
        long.scroll_strip(20, 26)
        await long.painted()

    run(look())
    assert set(long.thumbnails) == set(range(20, 26))


def test_a_zoom_draws_anew_and_keeps_the_middle(long: DocumentState, run: Run[Any]) -> None:
    show(long, run)
    scroll(long, run, long.layout.tops[10])
    middle = (long.offset + WINDOW[1] / 2) / long.zoom

    async def zoom() -> None:
        for step in range(11, 21):
            long.zoom_to(step / 10)
        await long.painted()

    run(zoom())
    assert long.zoom == 2.0
    assert (long.offset + WINDOW[1] / 2) / long.zoom == pytest.approx(middle)
    for page in long.visible:
        assert long.pictures[page].width == 1400


def test_zoom_has_limits(document: DocumentState, run: Run[Any]) -> None:
    async def zoom() -> tuple[float, float]:
        document.resize(WINDOW, 0, 1.0)
        document.zoom_to(100)
        large = document.zoom
        document.zoom_to(0.001)
        await document.painted()
        return large, document.zoom

    assert run(zoom()) == (4.0, 0.5)


def test_sharp_screens_get_more_pixels(document: DocumentState, run: Run[Any]) -> None:
    async def look() -> None:
        document.resize((360, 740), 0, 3.0)
        await document.painted()

    run(look())
    assert document.pictures[0].width == 1080


def test_a_page_that_cannot_be_drawn_is_said_and_not_tried_again(
    long: DocumentState, run: Run[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def broken(document: object, page: int, width: int) -> bytes:
        asked.append(page)
        if page == 0:
            raise DamagedPdf(what="page 1")
        return b"jpeg"

    monkeypatch.setattr(long.services.preview, "page", broken)
    show(long, run)
    scroll(long, run, 5, 10)
    assert set(long.broken) == {0}
    assert set(long.pictures) == {1}
    assert asked.count(0) == 1


def test_a_tap_puts_the_stamp_around_the_finger(document: DocumentState, run: Run[Any]) -> None:
    show(document, run)
    document.tap(0, 350, 400)
    place = document.stamp.place
    assert place is not None and place.page == 1
    middle = (place.rect.x + place.rect.width / 2, place.rect.y + place.rect.height / 2)
    assert document.layout.to_points(0, 350, 400) == pytest.approx(middle)
    assert document.where == "placed"
    assert document.decision == actions.Decision(visible=True, place=place)


def test_a_tap_at_the_edge_stays_on_the_page(document: DocumentState, run: Run[Any]) -> None:
    show(document, run)
    document.tap(0, 699, 1)
    assert document.stamp.place is not None
    wide, high = document.opened.page_sizes[0]
    assert document.stamp.place.rect.inside(Rect(0, 0, wide, high))


def test_a_drag_counts_from_where_it_began(document: DocumentState, run: Run[Any]) -> None:
    show(document, run)
    document.stamp.put(1, Rect(200, 300, 200, 70))
    scale = document.layout.scale(0)
    document.grab()
    for step in range(1, 11):
        document.drag(10 * step * scale, 3 * step * scale)
    assert document.stamp.place == Place(1, Rect(300, 270, 200, 70))


def test_a_drag_without_a_stamp_is_nothing(document: DocumentState, run: Run[Any]) -> None:
    show(document, run)
    document.grab()
    document.drag(10, 10)
    document.stretch(10, 10)
    assert document.stamp.place is None


def test_the_corner_resizes_and_keys_nudge(document: DocumentState, run: Run[Any]) -> None:
    show(document, run)
    document.stamp.put(1, Rect(200, 300, 200, 70))
    scale = document.layout.scale(0)
    document.grab()
    document.stretch(20 * scale, 10 * scale)
    assert document.stamp.place == Place(1, Rect(200, 290, 220, 80))
    document.nudge(-1, 1)
    assert document.stamp.place == Place(1, Rect(199, 291, 220, 80))


def test_back_to_the_original_position(document: DocumentState, run: Run[Any]) -> None:
    show(document, run)
    proposed = Place(1, Rect(300, 100, 200, 70))
    document.stamp.propose(proposed)
    assert document.stamp.place == proposed
    document.tap(0, 100, 100)
    document.choose("auto")
    assert (document.stamp.place, document.where) == (proposed, "auto")


def test_a_late_proposal_moves_nothing_that_was_placed(document: DocumentState) -> None:
    document.stamp.put(1, Rect(10, 10, 200, 70))
    document.stamp.propose(Place(1, Rect(300, 100, 200, 70)))
    assert document.stamp.place == Place(1, Rect(10, 10, 200, 70))


def test_hidden_signs_without_a_stamp(document: DocumentState) -> None:
    document.stamp.propose(Place(1, Rect(300, 100, 200, 70)))
    document.choose("hidden")
    document.reason, document.location = "  setuju ", " Kupang "
    assert document.decision == actions.Decision(reason="setuju", location="Kupang")
    document.choose("auto")
    assert document.decision.visible


def test_a_field_keeps_the_place_that_its_author_gave(
    services: Services, run: Run[Any], tmp_path: Path
) -> None:
    path = tmp_path / "kolom.pdf"
    path.write_bytes(prepared((SAMPLES / "surat-undangan.pdf").read_bytes(), "Kepala", "Kabid"))
    opened = run(actions.open_document(path))
    document = DocumentState(opened, services)
    show(document, run)
    document.choose("field:Kepala")
    assert document.field_place == Place(1, Rect(300, 60, 200, 70))
    document.tap(0, 100, 100)
    document.nudge(5, 5)
    assert document.decision == actions.Decision(visible=True, field="Kepala")
    assert not document.movable
    document.choose("hidden")
    assert document.decision == actions.Decision()
    run(actions.close_document(opened))


def test_the_stamp_is_brought_onto_the_screen(long: DocumentState, run: Run[Any]) -> None:
    show(long, run)
    long.stamp.put(200, Rect(300, 100, 200, 70))
    before = long.moves
    long.reveal_stamp()
    assert long.moves == before + 1
    _, top, _, height = long.layout.to_pixels(199, Rect(300, 100, 200, 70))
    assert long.offset <= top and top + height <= long.offset + WINDOW[1]
    long.reveal_stamp()
    assert long.moves == before + 1  # it is there already
