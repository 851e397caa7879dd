"""What the command shows and asks: lines, JSON, a progress bar, secrets that are not echoed."""

from __future__ import annotations

import getpass
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from app.errors import N_, TekenError, UsageFault

if TYPE_CHECKING:
    from app.services.locale import Words

SECRET_LIMIT = 4096  # bytes of a file with a PIN or a passphrase
_BAR = 24  # characters
_EVERY = 0.1  # seconds between two drawings of the bar


def shown(text: object) -> str:
    """Text in which file names and foreign files cannot play tricks on a terminal."""
    return "".join(
        character
        if character.isprintable() or character == " "
        else character.encode("unicode_escape").decode()
        for character in str(text)
    )


class Terminal:
    """Standard output and error, in the words of one language; with `as_json` no prose at all."""

    def __init__(self, words: Words, as_json: bool) -> None:
        self.words = words
        self.as_json = as_json
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")

    def say(self, text: str) -> None:
        """A line for the person, on standard output."""
        if not self.as_json:
            _line(sys.stdout, shown(text))

    def note(self, text: str) -> None:
        """A line beside the result, on standard error."""
        if not self.as_json:
            _line(sys.stderr, shown(text))

    def object(self, **content: object) -> None:
        """A line of JSON, only where JSON was asked for. ASCII: every reader takes that."""
        if self.as_json:
            _line(sys.stdout, json.dumps(content))

    def fault(self, fault: TekenError) -> None:
        """Why nothing was done at all."""
        self.object(file=None, ok=False, error=self.error(fault))
        if usage := fault.details.get("usage"):
            self.note(str(usage))
        self.note(self.words.explain(fault))

    def error(self, fault: TekenError) -> dict[str, str]:
        """A fault as the JSON lines carry it."""
        return {"code": fault.code, "message": self.words.explain(fault)}

    def interrupted(self) -> None:
        """Ctrl+C: what is safe, and what to do."""
        _ = self.words.gettext
        self.note(_("Interrupted. What is signed stays; run the same command again to go on."))

    def ask(self, prompt: str) -> str:
        """A secret from the keyboard, not echoed; prompts go to the terminal itself."""
        if not sys.stdin.isatty():
            raise UsageFault(what=N_("No terminal to ask on: use --pin-file or --passphrase-file."))
        return getpass.getpass(prompt + ": ")

    def confirm(self, prompt: str) -> str:
        """An echoed answer."""
        if not sys.stdin.isatty():
            raise UsageFault(what=N_("No terminal to ask on: use --yes."))
        sys.stderr.write(shown(prompt) + " ")
        sys.stderr.flush()
        return sys.stdin.readline().strip()


def secret_text(data: bytes) -> str:
    """A secret out of a file: UTF-8, without the line end behind it. Raises UsageFault."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageFault(what=N_("A file with a PIN or passphrase must be UTF-8 text.")) from error
    return text.removesuffix("\n").removesuffix("\r")


def from_stdin(path: Path) -> bytes | None:
    """The first line of standard input where the file is called "-"."""
    return sys.stdin.buffer.readline(SECRET_LIMIT) if str(path) == "-" else None


class Progress:
    """A bar on standard error while many files are signed; nothing where that is no terminal."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._drawn = total, 0, 0.0
        self._started = time.monotonic()
        self.visible = total > 1 and sys.stderr.isatty()

    def step(self) -> None:
        """One more file is settled."""
        self._done += 1
        now = time.monotonic()
        if self.visible and (now - self._drawn >= _EVERY or self._done == self._total):
            self._drawn = now
            self._draw(max(now - self._started, 0.001))

    def _draw(self, seconds: float) -> None:
        full = _BAR * self._done // self._total
        rate = self._done / seconds
        left = int((self._total - self._done) / rate)
        line = f"[{'#' * full}{'.' * (_BAR - full)}] {self._done}/{self._total}  {rate:.0f}/s"
        sys.stderr.write(f"\r{line}  {left // 60:02}:{left % 60:02} ")
        sys.stderr.flush()

    def clear(self) -> None:
        """Make room for a line of text."""
        if self.visible:
            sys.stderr.write("\r" + " " * (_BAR + 40) + "\r")
            sys.stderr.flush()


def _line(stream: TextIO, text: str) -> None:
    stream.write(text + "\n")
    stream.flush()
