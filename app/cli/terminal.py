"""What the command shows and asks: lines, JSON, a progress bar, secrets that are not echoed."""

from __future__ import annotations

import getpass
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from app.errors import N_, AnswerLost, TekenError, UsageFault

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

    def lost(self, fault: AnswerLost) -> None:
        """Standard output takes nothing any more, so the reason goes to standard error."""
        abandon_broken_streams()
        with suppress(AnswerLost, OSError):
            _line(sys.stderr, self.words.explain(fault))

    def interrupted(self) -> None:
        """Ctrl+C: what is safe, and what to do."""
        _ = self.words.gettext
        self.note(_("Interrupted. What is signed stays; run the same command again to go on."))

    def ask(self, prompt: str) -> str:
        """A secret from the keyboard, not echoed; prompts go to the terminal itself."""
        if not sys.stdin.isatty():
            raise UsageFault(what=N_("No terminal to ask on: use --pin-file or --passphrase-file."))
        with _waiting():
            return getpass.getpass(prompt + ": ")

    def confirm(self, prompt: str) -> str:
        """An echoed answer."""
        if not sys.stdin.isatty():
            raise UsageFault(what=N_("No terminal to ask on: use --yes."))
        with _waiting():
            sys.stderr.write(shown(prompt) + " ")
            sys.stderr.flush()
            return sys.stdin.readline().strip()


@contextmanager
def _waiting() -> Iterator[None]:
    """Ctrl+C ends the wait for a person at once: asyncio would only note it and wait on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except EOFError as error:  # Ctrl+D
        raise KeyboardInterrupt from error
    finally:
        signal.signal(signal.SIGINT, before)


def open_missing_streams() -> None:
    """Give closed standard streams (`>&-`) to nobody, before a file of ours gets their number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nobody = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - until the end
            setattr(sys, name, nobody)


def abandon_broken_streams() -> None:
    """Whoever read us went away, or that disk is full: the last flush shall not fail once more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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
    """A bar on standard error while many files are signed; nothing where that is no terminal,
    or where JSON is printed to the same one."""

    def __init__(self, total: int, as_json: bool) -> None:
        self._total, self._done, self._drawn = total, 0, 0.0
        self._started = time.monotonic()
        mixed = as_json and sys.stdout.isatty()
        self.visible = total > 1 and sys.stderr.isatty() and not mixed

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
    try:
        stream.write(text + "\n")
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise AnswerLost from error
