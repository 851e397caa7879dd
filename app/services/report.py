"""A verdict to keep, as a page for a browser; `report_pdf` prints the same."""

from __future__ import annotations

import base64
import html as escaping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app import __version__
from app.errors import TekenError
from app.model import SignatureReport, Verdict, VerdictName
from app.services import verdicts
from app.services.locale import Words

CSS = Path(__file__).resolve().parents[2] / "assets" / "report" / "report.css"
# Beside colour and word: a sign that is told apart without colours, in every font.
SIGNS: dict[VerdictName, str] = {
    "valid": "✓", "indeterminate": "?", "untrusted": "?", "altered": "✗", "invalid": "✗",
    "unsigned": "–", "unreadable": "–",
}  # fmt: skip
PICTURE_WIDTH = 900  # pixels
Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One signature: its facts, and the reasons of its verdict."""

    title: str
    facts: Facts
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is told, in words. `pictures` are JPEGs of pages, each with its caption."""

    title: str
    verdict: VerdictName
    word: str
    sentence: str
    facts: Facts
    sections: tuple[Section, ...]
    pictures: tuple[tuple[str, bytes], ...]
    footer: str
    language: str


def report(
    verdict: Verdict,
    name: str,
    sha256: str,
    at: datetime,
    words: Words,
    pictures: tuple[tuple[int, bytes], ...] = (),
) -> Report:
    """Put a verdict on the file `name` into words; `sha256` in hexadecimal, judged `at` a moment.

    `pictures` are pages that look different: number and JPEG, the places outlined.
    """
    _ = words.gettext
    facts = [(_("File"), name), (_("Checked on"), words.moment(at))]
    if sha256:
        facts.insert(1, (_("Fingerprint (SHA-256)"), sha256))
    return Report(
        title=_("Verification report"),
        verdict=verdict.name,
        word=verdicts.word(verdict.name, words),
        sentence=verdicts.sentence(verdict, words),
        facts=tuple(facts),
        sections=tuple(_section(each, words) for each in verdict.signatures),
        pictures=tuple(
            (_("Page {page}: outlined where it is not as signed").format(page=page), picture)
            for page, picture in pictures
        ),
        footer=_("Made by Teken {version}. This report is no proof by itself; the signed file is.")
        .format(version=__version__),
        language=words.language,
    )  # fmt: skip


def pictures(path: Path, verdict: Verdict, password: str = "") -> tuple[tuple[int, bytes], ...]:
    """The pages of a file that look different from what was signed, the places outlined.

    None where they cannot be drawn: the report is about the verdict.
    """
    from app.crypto.pdf.rendering import open_rendered
    from app.services.preview import outlined

    places = {
        reason.page: reason.rects
        for each in verdict.signatures
        for reason in each.reasons
        if reason.page and reason.rects
    }
    if not places:
        return ()
    try:
        with open_rendered(path, password) as pages:
            return tuple(
                (page, outlined(pages, page - 1, rects, PICTURE_WIDTH))
                for page, rects in sorted(places.items())
                if page <= pages.page_count
            )
    except TekenError:
        return ()


def _section(signature: SignatureReport, words: Words) -> Section:
    _ = words.gettext
    person = signature.signer
    rows = [
        (_("Verdict"), verdicts.word(signature.verdict, words)),
        (_("Position"), person.position if person else ""),
        (_("Office"), person.organisation if person else ""),
        (_("Certificate"), _certified(signature, words)),
        (_("Time claimed"), words.moment(signature.claimed_time) if signature.claimed_time else ""),
        (_("Time proven"), _proven(signature, words)),
        (_("Level"), f"PAdES {signature.level}" if signature.level else ""),
        (_("Reason given"), signature.claims.get("reason", "")),
        (_("Place given"), signature.claims.get("location", "")),
        (_("Field"), signature.field_name),
    ]
    reasons = tuple(
        f"[{reason.check}] {verdicts.explain(reason, words)}" for reason in signature.reasons
    )
    title = f"{SIGNS[signature.verdict]} {verdicts.signer(signature, words)}"
    return Section(title, tuple((label, text) for label, text in rows if text), reasons)


def _certified(signature: SignatureReport, words: Words) -> str:
    return "" if signature.kind == "timestamp" else verdicts.certified(signature, words)


def _proven(signature: SignatureReport, words: Words) -> str:
    if signature.trusted_time is None:
        return ""
    return f"{words.moment(signature.trusted_time)} ({signature.time_by})"


def html(report: Report) -> str:
    """One page without scripts, fonts or pictures from elsewhere."""
    e = escaping.escape
    parts = [
        f'<!doctype html><html lang="{e(report.language)}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{e(report.title)}</title><style>{CSS.read_text('utf-8')}</style>",
        f"<h1>{e(report.title)}</h1>",
        f'<div class="verdict {e(report.verdict)}"><b>{SIGNS[report.verdict]} {e(report.word)}</b>'
        f"{e(report.sentence)}</div>",
        _table(report.facts),
    ]
    for section in report.sections:
        reasons = "".join(f"<li>{e(reason)}</li>" for reason in section.reasons)
        parts.append(f"<h2>{e(section.title)}</h2>{_table(section.facts)}<ul>{reasons}</ul>")
    for caption, picture in report.pictures:
        data = base64.b64encode(picture).decode()
        source = f"data:image/jpeg;base64,{data}"
        parts.append(f'<h2>{e(caption)}</h2><img alt="{e(caption)}" src="{source}">')
    parts.append(f"<footer>{e(report.footer)}</footer></html>\n")
    return "\n".join(parts)


def _table(facts: Facts) -> str:
    e = escaping.escape
    rows = "".join(f"<tr><th>{e(label)}</th><td>{e(text)}</td></tr>" for label, text in facts)
    return f"<table>{rows}</table>"
