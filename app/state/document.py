"""One open document on the screen: its pages, what of them is visible, and where the stamp lies.

Pages are drawn one at a time and always for what is visible at that moment: there is no queue in
which the pages of a fast scroll could pile up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

import flet as ft

from app import actions
from app.errors import TekenError
from app.model import Place, Rect
from app.state import layout
from app.state.layout import Layout, Size

Mode = Literal["auto", "placed", "hidden"]

_numbers = count(1)

FIELD = "field:"
WIDEST = 900.0  # pixels: of a page at zoom 1
KEEP = 3  # drawn pages kept on either side of the visible ones
THUMBNAIL = 88  # pixels wide
SETTLE = 0.12  # seconds without a change of zoom before pages are drawn anew


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as JPEG, and how many pixels wide it was asked for."""

    width: int
    jpeg: bytes = field(repr=False)


@ft.observable
@dataclass(eq=False)
class StampDraft:
    """Where the visible signature will be. `place` None: not known yet, or none.

    "auto" uses `proposed`, free space that was found; "placed" is where the person put it.
    `size` is the natural one in points, `least` the smallest that can be read.
    `problem` says why no free space was proposed, or why it cannot be drawn.
    """

    mode: Mode = "auto"
    place: Place | None = None
    proposed: Place | None = None
    size: Size = (200.0, 70.0)
    least: Size = (90.0, 36.0)
    picture: bytes | None = field(default=None, repr=False)
    problem: TekenError | None = None

    def propose(self, place: Place | None, problem: TekenError | None = None) -> None:
        """Free space that was found, or why not."""
        self.proposed, self.problem = place, problem
        if self.mode == "auto":
            self.place = place

    def put(self, page: int, rect: Rect) -> None:
        """Where the person wants it; `page` counts from 1."""
        self.mode, self.place, self.problem = "placed", Place(page, rect), None

    def reset(self) -> None:
        """Back to the place that was proposed."""
        self.mode, self.place = "auto", self.proposed

    def hide(self) -> None:
        """Sign without a visible stamp."""
        self.mode, self.place = "hidden", None


@ft.observable
@dataclass(eq=False)
class DocumentState:
    """A document, its view and the person's decision about it. `number` is never used again."""

    opened: actions.Opened
    services: actions.Services
    stamp: StampDraft = field(default_factory=StampDraft)
    reading: bool = False  # it is only looked at: nothing is decided about it
    repaired: bool = False  # a readable copy of a damaged file
    chosen: bool = True  # to be signed with the others
    field_name: str | None = None
    reason: str = ""
    location: str = ""
    zoom: float = 1.0
    page: int = 0  # the one mostly on the screen, from 0
    window: Size = (0.0, 0.0)  # onto the pages, in pixels; nothing is drawn before it is known
    paper: float = 1.0  # width of a page at zoom 1, in pixels
    pixel_ratio: float = 1.0
    pictures: dict[int, Picture] = field(default_factory=dict, repr=False)
    thumbnails: dict[int, Picture] = field(default_factory=dict, repr=False)
    broken: dict[int, TekenError] = field(default_factory=dict)
    problem: TekenError | None = None  # why it could not be repaired
    moves: int = 0  # how often the pages were asked to scroll to `offset`
    strip: tuple[int, int] = (0, 0)  # thumbnails that the page strip shows: first, behind last

    def __post_init__(self) -> None:
        self.number = next(_numbers)
        if self.opened.fields_only or len(self.opened.fields) == 1:
            self.field_name = self.opened.fields[0].name  # its author made it for this
        self._offset = self._margin = 0.0
        self._changed = 0.0
        self._painter: asyncio.Task[None] | None = None
        self._grabbed: Place | None = None
        self._wanted: Place | None = None

    # -- what is visible -----------------------------------------------------------------------

    @property
    def pages(self) -> int:
        return len(self.opened.page_sizes)

    @property
    def layout(self) -> Layout:
        """The pages as they lie on the screen at the present zoom."""
        return layout.column(self.opened.page_sizes, self.paper * self.zoom)

    @property
    def visible(self) -> range:
        return self.layout.visible(self._offset, self.window[1])

    def resize(self, window: Size, margin: float, pixel_ratio: float) -> None:
        """The window onto the pages has this size, and this much of it stays free on each side.

        Without a margin, on a phone, a page fills the width; else it is no wider than WIDEST.
        """
        if not self.window[0]:
            self._offset = -margin
        self.window, self.pixel_ratio, self._margin = window, pixel_ratio, margin
        fitting = min(window[0] - 2 * margin, WIDEST) if margin else window[0]
        self.paper = max(fitting, 1.0)
        wanted, self._wanted = self._wanted, None
        self.reveal(wanted)
        self.paint()

    @property
    def offset(self) -> float:
        """How far the top of the window is below the top of page 1, in pixels."""
        return self._offset

    def scrolled(self, offset: float) -> None:
        """The top of the window is `offset` pixels below the top of page 1."""
        self._offset = offset
        self.page = self.layout.page_at(offset + self.window[1] / 3)
        self.paint()

    def reveal_stamp(self) -> None:
        """Scroll to where the stamp lies, unless all of it is on the screen."""
        self.reveal(self.field_place or self.stamp.place)

    def reveal(self, place: Place | None) -> None:
        """Scroll to a place, unless all of it is on the screen; later, where there is none yet."""
        if not self.window[0]:
            self._wanted = place
        if place is None or not self.window[0]:
            return
        _, top, _, height = self.layout.to_pixels(place.page - 1, place.rect)
        shown = self._offset <= top and top + height <= self._offset + self.window[1]
        if not shown:
            self._offset = max(top + height / 2 - self.window[1] / 2, 0)
            self.moves += 1

    def scroll_strip(self, first: int, behind: int) -> None:
        """The page strip shows these thumbnails."""
        self.strip = (max(first, 0), min(behind, self.pages))
        self.paint()

    def zoom_to(self, zoom: float) -> float:
        """Change the zoom; gives the offset that keeps the middle of the window in the middle."""
        half = self.window[1] / 2
        middle = (self._offset + half) / self.zoom
        self.zoom = min(max(zoom, layout.ZOOMS[0]), layout.ZOOMS[-1])
        self._offset = max(middle * self.zoom - half, -self._margin)
        self._changed = asyncio.get_running_loop().time()
        self.paint()
        return self._offset

    # -- drawing -------------------------------------------------------------------------------

    def paint(self) -> None:
        """Draw what is visible and not drawn yet; needs a running event loop."""
        if self._painter is None or self._painter.done():
            self._painter = asyncio.create_task(self._paint())

    async def _paint(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while (rest := self._changed + SETTLE - loop.time()) > 0:
                await asyncio.sleep(rest)
            wish = self._next_page() or self._next_thumbnail()
            if wish is None:
                return
            await self._draw(*wish)

    def _next_page(self) -> tuple[int, int, bool] | None:
        width = round(self.layout.width * self.pixel_ratio)
        seen = self.visible if self.window[0] else range(0)
        for page in (*seen, *(range(seen.stop, min(seen.stop + 1, self.pages)) if seen else ())):
            picture = self.pictures.get(page)
            if page not in self.broken and (picture is None or picture.width != width):
                return page, width, False
        return None

    def _next_thumbnail(self) -> tuple[int, int, bool] | None:
        width = round(THUMBNAIL * self.pixel_ratio)
        for page in range(*self.strip):
            if page not in self.thumbnails and page not in self.broken:
                return page, width, True
        return None

    async def _draw(self, page: int, width: int, thumbnail: bool) -> None:
        try:
            jpeg = await actions.preview(self.services, self.opened, page + 1, width)
        except TekenError as error:
            self.broken = {**self.broken, page: error}
            return
        if thumbnail:
            self.thumbnails = {**self.thumbnails, page: Picture(width, jpeg)}
        else:
            kept = self._near(self.pictures)
            self.pictures = {**kept, page: Picture(width, jpeg)}

    def _near(self, pictures: Iterable[int]) -> dict[int, Picture]:
        seen = self.visible
        near = range(seen.start - KEEP, seen.stop + KEEP)
        return {page: self.pictures[page] for page in pictures if page in near}

    async def painted(self) -> None:
        """Wait until nothing visible is left to draw."""
        while self._painter is not None and not self._painter.done():
            await self._painter

    # -- the stamp -----------------------------------------------------------------------------

    @property
    def field_place(self) -> Place | None:
        """Where the chosen signature field lies: its author decided that."""
        found = [f.place for f in self.opened.fields if f.name == self.field_name]
        return found[0] if found else None

    @property
    def movable(self) -> bool:
        return not self.reading and self.field_name is None and self.opened.obstacle is None

    def tap(self, page: int, x: float, y: float) -> None:
        """Put the stamp where the page was tapped: pixels below its top-left corner."""
        if not self.movable:
            return
        here = self.layout.to_points(page, x, y)
        size = self._stamp_size()
        self.stamp.put(page + 1, layout.around(*here, size, self.opened.page_sizes[page]))

    def grab(self) -> None:
        """A drag of the stamp or of its corner begins here."""
        self._grabbed = self.stamp.place

    def drag(self, right: float, down: float) -> None:
        """Move the stamp by pixels from where it was grabbed; it snaps to the page's margins."""
        if (held := self._grabbed) is not None:
            page, rect, scale = held.page, held.rect, self.layout.scale(held.page - 1)
            moved = Rect(rect.x + right / scale, rect.y - down / scale, *_extent(rect))
            self.stamp.put(page, layout.snapped(moved, self.opened.page_sizes[page - 1]))

    def stretch(self, right: float, down: float) -> None:
        """Move the bottom-right corner by pixels from where it was grabbed."""
        if (held := self._grabbed) is not None:
            page, rect, scale = held.page, held.rect, self.layout.scale(held.page - 1)
            size = self.opened.page_sizes[page - 1]
            by = right / scale, down / scale
            self.stamp.put(page, layout.resized(rect, *by, size, self.stamp.least))

    def nudge(self, right: float, up: float) -> None:
        """Move the stamp by points."""
        place = self.stamp.place
        if place is not None and self.movable:
            rect = Rect(place.rect.x + right, place.rect.y + up, *_extent(place.rect))
            page = self.opened.page_sizes[place.page - 1]
            self.stamp.put(place.page, layout.within(rect, page))

    def _stamp_size(self) -> Size:
        place = self.stamp.place
        return _extent(place.rect) if place else self.stamp.size

    # -- the decision --------------------------------------------------------------------------

    @property
    def where(self) -> str:
        """What is chosen: a mode of the stamp, or "field:" and the name of a signature field."""
        return self.stamp.mode if self.field_name is None else f"{FIELD}{self.field_name}"

    def choose(self, where: str) -> None:
        """Choose one of the values of `where`."""
        self.field_name = where.removeprefix(FIELD) if where.startswith(FIELD) else None
        if where == "hidden":
            self.stamp.hide()
        elif where == "auto" or self.stamp.mode == "hidden":
            self.stamp.reset()

    @property
    def decision(self) -> actions.Decision:
        """What the person decided so far."""
        visible = self.stamp.mode != "hidden"
        place = self.stamp.place if visible and self.field_name is None else None
        return actions.Decision(
            visible=visible,
            place=place,
            field=self.field_name,
            reason=self.reason.strip(),
            location=self.location.strip(),
        )


def _extent(rect: Rect) -> Size:
    return rect.width, rect.height
