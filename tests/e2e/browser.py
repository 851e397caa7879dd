"""Runs the app as a person starts it, and drives it as a person does: by what is on the screen.

Flutter paints on a canvas; what can be asked for is its semantics tree, the same that a screen
reader reads. `ft.Semantics(identifier=...)` names what has no words of its own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Literal

from playwright.sync_api import Browser, Download, Locator, Page, Playwright

from tests.secret_service import secret_service

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "docs" / "samples"
LAST_SIGHT = ROOT / ".dev" / "e2e.png"
PATIENCE = 20.0  # seconds, for anything at all
PHONE, DESK = (360, 740), (1280, 800)
PIN = "471193"
NAME = "Maria Melati Contoh, S.Sos., M.Si."
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


def wait_for(done: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until `done()` is true; a bound, not a measure."""
    end = monotonic() + seconds
    while not done():
        assert monotonic() < end, f"waited {seconds} s for {what}"
        sleep(0.05)


@dataclass(frozen=True)
class Server:
    """The app, served on loopback."""

    url: str
    home: Path
    environment: Mapping[str, str]

    @property
    def signed(self) -> Path:
        """The folder that signed files are kept in."""
        return self.home / "signed"

    def newest(self) -> Path:
        """The file signed last."""
        return max(self.signed.glob("*.pdf"), key=lambda path: path.stat().st_mtime_ns)

    def trust(self, pem: bytes) -> None:
        """A certificate that the person trusts."""
        folder = self.home / "trust"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "own.pem").write_bytes(pem)

    def make_key(self, name: str = "utama") -> None:
        """A key by the command, for tests that are about something else."""
        pin = self.home / "pin"
        pin.write_text(PIN)
        start = "import sys; from app.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", start, "key", "create", name, "--name", NAME,
                   "--position", "Kepala Badan", "--rank", "Pembina Tk. I (IV/b)",
                   "--nip", "197001011995012999", "--pin-file", str(pin)]  # fmt: skip
        done = subprocess.run(command, env=dict(self.environment), cwd=ROOT, check=False,
                              capture_output=True, text=True, timeout=60)  # fmt: skip
        assert done.returncode == 0, done.stderr


@contextmanager
def served() -> Iterator[Server]:
    """Start the app in an empty home with a keyring of its own; everything ends with the block."""
    with secret_service() as elsewhere, tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        environment = {**elsewhere, "TEKEN_HOME": str(home), "PYTHONPATH": str(ROOT)}
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "main.py"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            yield Server(_address(process, log), home, environment)
            said = log.read_text()
            assert "Traceback" not in said, said
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    def found() -> re.Match[str] | None:
        assert process.poll() is None, log.read_text()
        return re.search(r"http://\S+", log.read_text())

    wait_for(found, "the address")
    match = found()
    assert match is not None
    wait_for(lambda: answers(match[0]), "the server")
    return match[0]


def answers(url: str) -> bool:
    """Whether somebody serves this address."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def chromium(playwright: Playwright) -> Browser:
    """Debian's Chromium, without a display."""
    path = shutil.which("chromium")
    assert path, "chromium is not installed: ./dev test installs it"
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


@contextmanager
def window(
    browser: Browser,
    server: Server,
    size: tuple[int, int] = DESK,
    colors: Literal["light", "dark"] = "light",
    touch: bool = False,
    scale: float = 1,
) -> Iterator[Window]:
    """A tab of its own onto the app, with the semantics tree switched on."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=colors, has_touch=touch,
        device_scale_factor=scale, locale="id-ID", timezone_id="Asia/Makassar",
    )  # fmt: skip
    context.set_default_timeout(PATIENCE * 1000)
    try:
        page = context.new_page()
        page.goto(server.url)
        shown = Window(page)
        shown.listen()
        shown.at("open").wait_for()
        yield shown
    except BaseException:
        LAST_SIGHT.parent.mkdir(exist_ok=True)
        context.pages[-1].screenshot(path=LAST_SIGHT)  # of the newest failure
        raise
    finally:
        context.close()


class Window:
    """What a person sees and does."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def listen(self) -> None:
        """Switch the semantics tree on, as a screen reader does."""
        self.page.wait_for_selector("flt-semantics-placeholder", state="attached")
        self.page.eval_on_selector("flt-semantics-placeholder", "each => each.click()")

    def resize(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def at(self, identifier: str) -> Locator:
        """The piece with this identifier."""
        return self.page.locator(f'[flt-semantics-identifier="{identifier}"]').first

    def tap(self, identifier: str) -> None:
        self.at(identifier).click()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name).first

    def see(self, words: str) -> None:
        """Wait until these words are on the screen."""
        self.page.get_by_text(words).or_(self.page.get_by_label(words)).first.wait_for(
            state="attached"
        )

    def sees(self, words: str) -> bool:
        found = self.page.get_by_text(words).or_(self.page.get_by_label(words))
        return found.count() > 0

    def type(self, label: str, words: str) -> None:
        """Fill a field anew with keys, as a person does; the browser gives it the focus late."""
        field = self.page.get_by_label(label, exact=True).first
        field.click()
        wait_for(lambda: field.evaluate("each => document.activeElement === each"), "the focus")
        self.press("Control+A")
        self.page.keyboard.type(words, delay=15)
        wait_for(lambda: len(field.input_value()) == len(words), f"what was typed into {label}")

    def enter_pin(self, pin: str = PIN, there: bool = False) -> None:
        """Sign; `there`: the PIN is asked for already."""
        if not there:
            self.tap("sign")
        self.at("pin").wait_for()
        self.type("PIN", pin)
        self.tap("sign-now")

    def unlock(self) -> None:
        """On to the PIN, and sign; the result is on the screen."""
        self.enter_pin()
        self.at("headline").wait_for()

    def open(self, *files: Path, at: str = "open") -> None:
        with self.page.expect_file_chooser() as chooser:
            self.tap(at)
        chooser.value.set_files(list(files))

    def open_document(self, *files: Path) -> None:
        """Open files and wait until the first page is drawn."""
        self.open(*files)
        self.drawn(1)

    def drawn(self, page: int) -> None:
        """Wait until a page shows its picture."""
        drawn = re.compile(f"(Halaman|Page) {page} (dari|of)")
        self.page.get_by_role("img", name=drawn).first.wait_for(state="attached")

    def scroll(self, pixels: float, at: tuple[float, float] | None = None) -> None:
        size = self.page.viewport_size
        assert size is not None
        self.page.mouse.move(*(at or (size["width"] / 2, size["height"] / 2)))
        self.page.mouse.wheel(0, pixels)

    def scroll_to(self, identifier: str) -> None:
        """Scroll down until a piece is on the screen."""
        size = self.page.viewport_size
        assert size is not None
        for _ in range(30):
            box = self.at(identifier).bounding_box() if self.at(identifier).count() else None
            if box is not None and box["y"] + box["height"] <= size["height"]:
                return
            self.scroll(200)
            self.page.wait_for_timeout(200)
        raise AssertionError(f"{identifier} cannot be reached")

    def box(self, identifier: str) -> tuple[float, float, float, float]:
        """(left, top, width, height) of a piece, once it lies still."""
        before = None
        for _ in range(100):
            now = self.at(identifier).bounding_box()
            if now is not None and now == before:
                return now["x"], now["y"], now["width"], now["height"]
            before = now
            self.page.wait_for_timeout(60)
        raise AssertionError(f"{identifier} does not lie still")

    def drag(self, start: tuple[float, float], by: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(start[0] + by[0], start[1] + by[1], steps=10)
        mouse.up()

    def touch_drag(self, start: tuple[float, float], by: tuple[float, float]) -> None:
        """A drag by a finger: the one gesture that Playwright does not have."""
        self.touches([[start]] + [
            [(start[0] + by[0] * step / 10, start[1] + by[1] * step / 10)] for step in range(1, 11)
        ])  # fmt: skip

    def touches(self, steps: list[list[tuple[float, float]]]) -> None:
        """Fingers at these points, step by step; then all are lifted."""
        client = self.page.context.new_cdp_session(self.page)
        for number, points in enumerate(steps):
            client.send("Input.dispatchTouchEvent", {
                "type": "touchMove" if number else "touchStart",
                "touchPoints": [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(points)],
            })  # fmt: skip
            self.page.wait_for_timeout(30)
        client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        client.detach()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def back(self) -> None:
        self.page.get_by_role("button", name=re.compile("^(Kembali|Back)$")).last.click()

    def download(self, identifier: str = "download") -> Download:
        with self.page.expect_download() as download:
            self.tap(identifier)
        return download.value

    def magnify(self, percent: int) -> None:
        """Text scale, as a person sets it in the browser."""
        self.page.evaluate(
            "size => { document.documentElement.style.fontSize = size }", f"{percent * 16 / 100}px"
        )
