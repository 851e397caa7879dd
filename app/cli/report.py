"""What `teken sign` says: a line a file, a progress bar on a terminal, a sum at the end."""

from __future__ import annotations

from app import actions
from app.actions import Outcome
from app.cli.terminal import Progress, Terminal
from app.errors import TekenError
from app.model import KeyInfo, SignedFile

OK, REFUSED = 0, 1


class Report:
    """Takes outcomes one by one; `total` are expected."""

    def __init__(self, terminal: Terminal, total: int) -> None:
        self._terminal = terminal
        self._progress = Progress(total, terminal.as_json)
        self._signed = self._refused = 0

    def add(self, outcome: Outcome) -> None:
        """One more file is settled."""
        if outcome.made is not None:
            self._signed += 1
            self._good(outcome, outcome.made)
        elif outcome.fault is not None:
            self._refused += 1
            self._bad(outcome, outcome.fault)
        self._progress.step()

    def _good(self, outcome: Outcome, made: SignedFile) -> None:
        target = str(outcome.job.target)
        self._terminal.object(
            file=str(outcome.job.source),
            ok=True,
            out=target,
            sha256=made.sha256.hex(),
            appended_bytes=made.appended_bytes,
            ms=round(outcome.ms, 2),
        )
        if not self._progress.visible:  # on a terminal the bar says it, for thousands of files
            _ = self._terminal.words.gettext
            self._terminal.say(_("Signed: {file}").format(file=target))

    def _bad(self, outcome: Outcome, fault: TekenError) -> None:
        source = str(outcome.job.source)
        error = self._terminal.error(fault)
        self._terminal.object(file=source, ok=False, error=error)
        self._progress.clear()
        self._terminal.note(f"{source}: {error['message']}")

    def end(self, info: KeyInfo | None = None, leads_nowhere: bool = False) -> int:
        """The sum, the label of the certificate, the exit status."""
        self._progress.clear()
        words = self._terminal.words
        if self._signed + self._refused > 1:
            signed = words.ngettext("{count} file signed", "{count} files signed", self._signed)
            refused = words.ngettext("{count} refused", "{count} refused", self._refused)
            parts = signed.format(count=self._signed), refused.format(count=self._refused)
            self._terminal.say(", ".join(parts))
        if info is not None and self._signed:
            self._terminal.say(f"{info.person.name}: {actions.label(info)}")
        if leads_nowhere and self._signed:
            self._terminal.note(
                words.gettext("The link in the QR code leads nowhere yet: see --link-base.")
            )
        return REFUSED if self._refused else OK
