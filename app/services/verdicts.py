"""A verdict in words: one plain sentence first, then its reasons; and as JSON for scripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.model import Reason, SignatureReport, Verdict, VerdictName
from app.services.locale import Words


def sentence(verdict: Verdict, words: Words) -> str:
    """What a head of office needs to know, in one or two sentences."""
    _ = words.gettext
    if not verdict.signatures:
        return explain(verdict.reasons[0], words)
    worst = next(each for each in verdict.signatures if each.verdict == verdict.name)
    name, reason = signer(worst, words), _first(worst, words)
    if verdict.name == "valid":
        return " ".join([_("The document is genuine and whole."), *_signed(verdict, words)])
    sentences = {
        "indeterminate": _("The document is whole, but this cannot be confirmed yet: {reason}"),
        "untrusted": _("The document is whole, but nobody vouches for the signer {name}: {reason}"),
        "altered": _("Warning: this is not the document that {name} signed. {reason}"),
        "invalid": _("Warning: the signature of {name} is not valid. {reason}"),
    }
    # a name that ends in a degree ("M.Si.") brings its own full stop
    return sentences[verdict.name].format(name=name, reason=reason).replace("..", ".")


def word(name: VerdictName, words: Words) -> str:
    """The verdict in a word or two, for a chip beside a name."""
    _ = words.gettext
    return {
        "valid": _("Valid"),
        "indeterminate": _("Not confirmed yet"),
        "untrusted": _("Not trusted here"),
        "altered": _("Altered"),
        "invalid": _("Not valid"),
        "unsigned": _("Not signed"),
        "unreadable": _("Unreadable"),
    }[name]


def explain(reason: Reason, words: Words) -> str:
    """A reason in words; a date in it as people write it."""
    shown = {
        key: words.date(value) if isinstance(value, datetime) else value
        for key, value in reason.details.items()
    }
    return replace(reason, details=shown).explain(words.gettext)


def signer(report: SignatureReport, words: Words) -> str:
    """Who signed, as certified."""
    return report.signer.name if report.signer else words.gettext("an unknown signer")


def certified(report: SignatureReport, words: Words) -> str:
    """Whether it is a certified electronic signature (PP 71/2019, art. 59-60)."""
    _ = words.gettext
    return _("certified (PSrE)") if is_certified(report) else _("NOT CERTIFIED")


def is_certified(report: SignatureReport) -> bool:
    """Below a PSrE, and nothing is wrong with it."""
    return report.certified and report.verdict in ("valid", "indeterminate")


def _first(report: SignatureReport, words: Words) -> str:
    """The reason that decided."""
    found = (reason for reason in report.reasons if reason.verdict == report.verdict)
    return next((explain(reason, words) for reason in found), "")


def _signed(verdict: Verdict, words: Words) -> list[str]:
    """A sentence for each signer, and one for those who only proved a time."""
    _ = words.gettext
    said = []
    for report in verdict.signatures:
        name = signer(report, words)
        if report.kind == "timestamp":
            continue
        if report.trusted_time is not None:
            text = _("Signed by {name} on {date}; the time was proven by {by}.")
            date = words.moment(report.trusted_time)
        elif report.claimed_time is not None:
            text = _("Signed by {name} on {date}, as the signer's device said.")
            date = words.moment(report.claimed_time)
        else:
            text, date = _("Signed by {name}."), ""
        said.append(text.format(name=name, date=date, by=report.time_by))
    return said or [_("It carries a time stamp and no signature of a person.")]


def as_json(verdict: Verdict, file: str, words: Words) -> dict[str, object]:
    """The object that `teken verify --json` prints for a file."""
    return {
        "file": file,
        "verdict": verdict.name,
        "sentence": sentence(verdict, words),
        "reasons": [_reason(reason, words) for reason in verdict.reasons],
        "signatures": [_signature(report, words) for report in verdict.signatures],
    }


def _reason(reason: Reason, words: Words) -> dict[str, object]:
    return {
        "check": reason.check,
        "code": reason.code,
        "text": explain(reason, words),
        "page": reason.page,
        "rects": [[rect.x, rect.y, rect.width, rect.height] for rect in reason.rects],
    }


def _signature(report: SignatureReport, words: Words) -> dict[str, object]:
    claimed, trusted = report.claimed_time, report.trusted_time
    return {
        "field": report.field_name,
        "kind": report.kind,
        "signer": report.signer.name if report.signer else None,
        "claimed_time": claimed.isoformat() if claimed else None,
        "trusted_time": trusted.isoformat() if trusted else None,
        "level": report.level or None,
        "verdict": report.verdict,
        "certified": report.certified,
        "covers_bytes": report.covers_bytes,
        "reasons": [_reason(reason, words) for reason in report.reasons],
    }
