"""`teken verify`: a verdict a file, in one sentence first, or as JSON."""

from __future__ import annotations

import argparse

from app import actions
from app.actions import Services
from app.cli import secrets
from app.cli.terminal import Terminal
from app.model import SignatureReport, Verdict, VerdictName
from app.services import verdicts

OK, BAD, UNCONFIRMED = 0, 1, 3
_UNCONFIRMED: tuple[VerdictName, ...] = ("indeterminate", "untrusted")


async def run(chosen: argparse.Namespace, services: Services, terminal: Terminal) -> int:
    """Judge what was named. Returns the exit status."""
    password = await secrets.password(chosen.password_file)
    trust = await actions.load_trust(services, chosen.trust)
    at = chosen.at or services.clock()
    found: list[VerdictName] = []
    for path in chosen.files:
        verdict = await actions.verify(services, path, trust, at, password)
        found.append(verdict.name)
        terminal.object(**verdicts.as_json(verdict, str(path), terminal.words))
        _say(verdict, str(path), terminal)
        if chosen.report:
            kind: actions.ReportKind = "pdf" if chosen.report.suffix.lower() == ".pdf" else "html"
            made = await actions.report(path, verdict, at, terminal.words, kind, password)
            await actions.save_report(chosen.report, made)
    return status(found)


def status(found: list[VerdictName]) -> int:
    """0 where all are valid, 3 where the worst is a doubt, else 1."""
    if all(name == "valid" for name in found):
        return OK
    return UNCONFIRMED if all(name in ("valid", *_UNCONFIRMED) for name in found) else BAD


def _say(verdict: Verdict, file: str, terminal: Terminal) -> None:
    """The sentence, then a paragraph a signature."""
    terminal.say(f"{file}: {verdicts.sentence(verdict, terminal.words)}")
    for report in verdict.signatures:
        _say_signature(report, terminal)


def _say_signature(report: SignatureReport, terminal: Terminal) -> None:
    words = terminal.words
    head = [verdicts.word(report.verdict, words), verdicts.signer(report, words)]
    if report.kind != "timestamp":
        head.append(verdicts.certified(report, words))
    if report.level:
        head.append(f"PAdES {report.level}")
    terminal.say(f"  {report.field_name}: " + ", ".join(head))
    for reason in report.reasons:
        where = words.gettext("page {page}").format(page=reason.page) if reason.page else ""
        text = verdicts.explain(reason, words)
        terminal.say(f"    [{reason.check}] {text} {where}".rstrip())
