"""The signatures of a file in the order in which they were made: who, when, and what is known."""

from __future__ import annotations

import flet as ft

from app.model import Reason, SignatureReport, Verdict
from app.services import certificates, verdicts
from app.services.locale import Words
from app.state.verifying import VerifyingState
from app.views.parts.basics import Act, C, S, heading, link, named, quiet, text
from app.views.parts.component import component
from app.views.parts.verdict import TONES, certainty, chip

DOT = 14  # pixels, on the line that joins the signatures


def timeline(
    words: Words, verifying: VerifyingState, verdict: Verdict, see: Act
) -> list[ft.Control]:
    """All signatures, the oldest first. `see` brings the pages onto the screen."""
    if not verdict.signatures:
        return []
    last = len(verdict.signatures) - 1
    return [
        heading(words.gettext("Signatures"), S.TITLE_MEDIUM),
        ft.Column([
            _Signature(words, verifying, report, number, number == last, see)
            for number, report in enumerate(verdict.signatures)
        ], spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
    ]  # fmt: skip


@component
def _Signature(
    words: Words, verifying: VerifyingState, report: SignatureReport, number: int, last: bool,
    see: Act,
) -> ft.Control:  # fmt: skip
    """One signature or time stamp; its details are shown when they are asked for."""
    _ = words.gettext
    open_, show = ft.use_state(False)

    async def flip() -> None:
        show(not open_)

    async def look() -> None:
        await verifying.see_signed(report)
        await see()

    label = _("Hide the details") if open_ else _("Details")
    mark = ft.Icons.EXPAND_LESS if open_ else ft.Icons.EXPAND_MORE
    can_look = verifying.document is not None and report.covers_bytes > 0
    links = [named(f"details-{number + 1}", link(label, flip, icon=mark))]
    if can_look:
        links.insert(0, named(f"signed-{number + 1}", link(
            _("View the document as it was signed"), look, icon=ft.Icons.HISTORY)))  # fmt: skip
    content = ft.Column([
        *_who(report, words),
        *_when(report, words),
        ft.Row([chip(report.verdict, words), *_label(report, words)], spacing=12, wrap=True,
               run_spacing=6),
        *[_reason(each, words) for each in sorted(report.reasons, key=_weight)],
        ft.Column(links, spacing=0, tight=True),
        *(_details(report, words) if open_ else []),
    ], spacing=6, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip
    return named(f"signature-{number + 1}", _on_line(content, TONES[report.verdict].color, last))


def _on_line(content: ft.Control, color: str, last: bool) -> ft.Control:
    """Beside its dot; the line goes on to the next one."""
    line = C.TRANSPARENT if last else C.OUTLINE_VARIANT
    beside = ft.Container(
        content, border=ft.Border.only(left=ft.BorderSide(2, line)),
        margin=ft.Margin.only(left=DOT / 2 - 1, top=4),
        padding=ft.Padding.only(left=DOT + 2, bottom=0 if last else 24),
    )  # fmt: skip
    dot = ft.Container(width=DOT, height=DOT, border_radius=DOT, bgcolor=color, left=0, top=6)
    return ft.Stack([beside, dot])


def _who(report: SignatureReport, words: Words) -> list[ft.Control]:
    _ = words.gettext
    kinds = {
        "approval": _("Signature"),
        "certification": _("Certification by the author"),
        "timestamp": _("Time stamp"),
    }
    kind = kinds[report.kind] + (f" · PAdES {report.level}" if report.level else "")
    found: list[ft.Control] = [
        quiet(kind, S.LABEL_MEDIUM), text(verdicts.signer(report, words), S.TITLE_MEDIUM),
    ]  # fmt: skip
    person = report.signer
    parts = [person.position, person.organisation] if person else []
    told = ", ".join(part for part in parts if part)
    return [*found, quiet(told)] if told else found


def _when(report: SignatureReport, words: Words) -> list[ft.Control]:
    """The time that is proven, else the one that is only claimed."""
    _ = words.gettext
    if report.trusted_time is not None:
        told = _("{moment}, proven by {by}")
        moment = words.moment(report.trusted_time)
        return [quiet(told.format(moment=moment, by=report.time_by))]
    if report.claimed_time is not None:
        moment = words.moment(report.claimed_time)
        return [quiet(_("{moment}, as the signer's device said").format(moment=moment))]
    return [quiet(_("Time unknown"))]


def _label(report: SignatureReport, words: Words) -> list[ft.Control]:
    return [] if report.kind == "timestamp" else [certainty(report, words)]


def _weight(reason: Reason) -> tuple[bool, int]:
    """What speaks against it first, then by check."""
    return reason.verdict == "valid", reason.check


def _reason(reason: Reason, words: Words) -> ft.Control:
    """Why, with the number of the check that found it (docs/VERIFY.md)."""
    decides = reason.verdict not in ("valid", "unsigned")
    told = verdicts.explain(reason, words)
    if reason.page:
        told = words.gettext("Page {page}: {what}").format(page=reason.page, what=told)
    ink = None if decides else C.ON_SURFACE_VARIANT
    return ft.Row([
        text(f"{reason.check}.", S.BODY_SMALL, C.ON_SURFACE_VARIANT),
        ft.Container(text(told, S.BODY_SMALL, ink), expand=True),
    ], spacing=8, vertical_alignment=ft.CrossAxisAlignment.START)  # fmt: skip


# -- details -------------------------------------------------------------------------------------


def _details(report: SignatureReport, words: Words) -> list[ft.Control]:
    """What the signer says without proof, what is covered, and the certificates."""
    _ = words.gettext
    claims = {"name": _("Name given"), "reason": _("Reason given"), "location": _("Place given"),
              "contactinfo": _("Contact given")}  # fmt: skip
    said = [_fact(claims.get(key, key), value) for key, value in report.claims.items()]
    if said:
        said.insert(0, quiet(_("In the signer's own words, without proof:"), S.BODY_SMALL))
    covered = _("The first {size} of the file").format(size=words.size(report.covers_bytes))
    return [
        *said,
        _fact(_("Signature field"), report.field_name),
        *([_fact(_("Covers"), covered)] if report.covers_bytes else []),
        *[_certificate(der, words) for der in report.chain],
    ]


def _certificate(der: bytes, words: Words) -> ft.Control:
    _ = words.gettext
    found = certificates.facts(der)
    if found is None:
        return quiet(_("This certificate cannot be read."), S.BODY_SMALL)
    validity = f"{words.date(found.not_before)} – {words.date(found.not_after)}"
    return ft.Container(ft.Column([
        _fact(_("Certificate"), found.subject),
        _fact(_("Issued by"), found.issuer),
        _fact(_("Serial number"), found.serial),
        _fact(_("Validity"), validity),
        _fact("SHA-256", found.sha256),
    ], spacing=6, tight=True), padding=ft.Padding.only(top=12),
        border=ft.Border.only(top=ft.BorderSide(1, C.OUTLINE_VARIANT)))  # fmt: skip


def _fact(label: str, value: str) -> ft.Control:
    return ft.Column([quiet(label, S.LABEL_SMALL), text(value, S.BODY_SMALL, selectable=True)],
                     spacing=0, tight=True)  # fmt: skip
