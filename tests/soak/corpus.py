"""Sign every file of a folder of public PDFs and let other people's tools judge the results.

`./dev soak corpus [--folder F] [--only TEXT] [--limit N] [--report FILE]`; it ends with an error
where one of the demanded figures is missed.
"""

from __future__ import annotations

import argparse
import collections
import functools
import importlib
import io
import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path

from app.crypto.pdf.repair import repair
from app.crypto.sign import sign_file
from app.errors import StampError, TekenError
from app.model import Place, Rect, SignedFile, SignRequest, Stamp
from tests import looks, oracles, pki
from tests.soak.limits import Broken, bounded

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "corpus"
SECONDS, MEGABYTES = 10, 512  # what signing one file may take
ORACLE_SECONDS, ORACLE_MEGABYTES = 60, 4096
MUST_SIGN = 95.0  # per cent
MUST_SIGN_REPAIRED = 98.0
SHOWN = 25  # lines of one kind of trouble
# Refusals that the file itself demands: they are right, and no signer may do otherwise.
MANDATORY = {
    "certified_final",
    "permission_denied",
    "unsupported_encryption",
    "new_field_after_certification",
    "field_locked",
    "seed_value_unmet",
}
DAMAGED = {"damaged_pdf", "limit_exceeded"}
CORNER = Place(1, Rect(12, 12, 180, 64))


@dataclass
class Outcome:
    """What happened to one file; empty texts are good news."""

    file: str
    pdfium: bool = False
    refused: str = ""  # code of our refusal
    sentence: str = ""
    broken: str = ""  # crash, hang, memory, foreign exception
    signed: bool = False
    stamped: bool = False
    seconds: float = 0.0
    prefix: bool = True
    readers: list[str] = field(default_factory=list)  # the tools that can read the original
    rejected: dict[str, str] = field(default_factory=dict)  # tool -> why
    earlier: str = ""  # an earlier signature that was accepted before and is not any more
    qpdf: str = ""  # worse than before
    pixels: str = ""  # pages that changed outside the stamp, as PDFium draws them
    mupdf: str = ""  # the same, as MuPDF draws them
    fixed: bool = False  # readers drew the fields, each in its own way; now their look is stored
    words: str = ""  # then: what another reader showed and does not show any more
    oracle: str = ""  # an oracle that itself broke
    mended: Outcome | None = None  # of a damaged file: what happened to its repaired copy
    lost: str = ""  # pages that the repaired copy shows otherwise


# -- one file ------------------------------------------------------------------------------------


def examine(path: Path, name: str, stamped: bool) -> Outcome:
    """Sign one file and ask everyone; a damaged one that is refused is repaired and signed then."""
    original = path.read_bytes()
    outcome = _examine(original, name, stamped)
    if outcome.pdfium and outcome.refused in DAMAGED:
        _mend(outcome, original, stamped)
    return outcome


def _mend(outcome: Outcome, original: bytes, stamped: bool) -> None:
    try:
        copy = bounded(_repair, original, seconds=SECONDS, megabytes=MEGABYTES)
        if copy is not None:
            outcome.mended = _examine(copy, outcome.file, stamped)
            bounds = {"seconds": ORACLE_SECONDS, "megabytes": ORACLE_MEGABYTES}
            outcome.lost = _numbers(bounded(_differing, original, copy, None, **bounds))
    except Broken as error:
        outcome.lost = str(error)


def _repair(original: bytes) -> bytes | None:
    try:
        return repair(original)
    except TekenError:
        return None


def _examine(original: bytes, name: str, stamped: bool) -> Outcome:
    """Each step runs in a child of its own."""
    outcome = Outcome(name)
    oracle = functools.partial(bounded, seconds=ORACLE_SECONDS, megabytes=ORACLE_MEGABYTES)
    try:
        outcome.pdfium = oracle(_pdfium_opens, original)
    except Broken:
        outcome.pdfium = False
    begun = time.perf_counter()
    try:
        made = bounded(_sign, original, stamped, seconds=SECONDS, megabytes=MEGABYTES)
    except Broken as error:
        outcome.broken = str(error)
        return outcome
    finally:
        outcome.seconds = round(time.perf_counter() - begun, 3)
    if isinstance(made, tuple) and isinstance(made[0], str):
        outcome.refused, outcome.sentence = made
        return outcome
    whole, signed = made
    outcome.signed, outcome.stamped = True, signed.place is not None
    outcome.prefix = whole.startswith(original) and len(whole) > len(original)
    try:
        _judge(outcome, original, whole, signed, oracle)
    except Exception as error:
        outcome.oracle = repr(error)
    return outcome


def _pdfium_opens(data: bytes) -> bool:
    import pypdfium2

    try:
        return len(pypdfium2.PdfDocument(data)) > 0
    except pypdfium2.PdfiumError:
        return False


def _sign(original: bytes, stamped: bool) -> tuple[bytes, SignedFile] | tuple[str, str]:
    stamp = Stamp(pki.TALLO, "https://teken.example/v/9nZ2kQ7xT4", CORNER) if stamped else None
    try:
        try:
            return _sign_once(original, stamp)
        except StampError:
            return _sign_once(original, None)
    except TekenError as error:
        return error.code, str(error)


def _sign_once(original: bytes, stamp: Stamp | None) -> tuple[bytes, SignedFile]:
    target = io.BytesIO()
    request = SignRequest(signed_at=pki.SIGNED_AT, stamp=stamp)
    signed = sign_file(io.BytesIO(original), target, pki.identity().signing_key(), request)
    return target.getvalue(), signed


def _judge(
    outcome: Outcome, original: bytes, whole: bytes, signed: SignedFile, oracle: functools.partial
) -> None:
    with oracles.on_disk(original) as before, oracles.on_disk(whole) as after:
        if oracles.poppler_reads(before):
            outcome.readers.append("pdfsig")
            judge = {"pdfsig": lambda: oracles.pdfsig(after)}
            outcome.rejected |= oracles.acceptance(judge, signed.field)
        worse = oracles.qpdf_check(before), oracles.qpdf_check(after)
        if worse[1] > worse[0]:
            outcome.qpdf = f"{worse[0]} -> {worse[1]}"
    if oracle(oracles.pyhanko_reads, original):
        outcome.readers.append("pyHanko")
        verdicts = oracle(oracles.pyhanko, whole)
        outcome.rejected |= oracles.acceptance({"pyHanko": lambda: verdicts}, signed.field)
        outcome.earlier = _lost(oracle(oracles.pyhanko, original), verdicts)
    if outcome.pdfium:
        _compare(outcome, original, whole, _region(signed.place), oracle)


def _compare(
    outcome: Outcome,
    original: bytes,
    whole: bytes,
    region: looks.Region | None,
    oracle: functools.partial,
) -> None:
    """Ask two renderers. Where each reader used to draw the fields by itself, one stored look
    cannot be what all of them drew: there no word may be lost.
    """
    outcome.pixels = _numbers(oracle(_differing, original, whole, region))
    asked = oracle(looks.needs_appearances, original)
    outcome.fixed = asked and not oracle(looks.needs_appearances, whole)
    with oracles.on_disk(original) as before, oracles.on_disk(whole) as after:
        if outcome.fixed:
            outcome.words = ", ".join(looks.missing_words(before, after))
        elif (pages := looks.differing_in_mupdf(before, after, stamp=region)) is not None:
            outcome.readers.append("MuPDF")
            outcome.mupdf = _numbers(pages)


def _numbers(pages: list[int]) -> str:
    return ", ".join(str(page + 1) for page in pages)


def _lost(before: list[oracles.Verdict], after: list[oracles.Verdict]) -> str:
    """Signatures that pyHanko accepted before our revision and does not accept behind it."""
    now = {verdict.field: verdict for verdict in after}
    lost = [
        old.field for old in before if old.valid and not (old.field in now and now[old.field].valid)
    ]
    intact = [
        old.field
        for old in before
        if "INTACT" in old.detail and "INTACT" not in getattr(now.get(old.field), "detail", "")
    ]
    return ", ".join(dict.fromkeys(lost + intact))


def _region(place: Place | None) -> looks.Region | None:
    if place is None:
        return None
    rect = place.rect
    return place.page - 1, rect.x, rect.y, rect.right, rect.top


def _differing(before: bytes, after: bytes, region: looks.Region | None) -> list[int]:
    return looks.differing_pages(before, after, stamp=region)


# -- all files -----------------------------------------------------------------------------------


def files(folder: Path, only: str, limit: int) -> list[tuple[Path, str]]:
    """Every file of the folder with its name relative to it, in order."""
    found = [(path, path.relative_to(folder).as_posix()) for path in sorted(folder.rglob("*"))]
    wanted = [pair for pair in found if pair[0].is_file() and only in pair[1]]
    return [pair for pair in wanted if pair[0].name != "README.md"][: limit or None]


def examine_all(wanted: Sequence[tuple[Path, str]], stamped: bool) -> list[Outcome]:
    """Two workers, each forking a child a step; a progress count goes to standard error."""
    outcomes = []
    with ProcessPoolExecutor(2, mp_context=get_context("fork"), initializer=_start) as pool:
        paths, names = zip(*wanted, strict=True)
        for count, outcome in enumerate(pool.map(examine, paths, names, [stamped] * len(paths)), 1):
            outcomes.append(outcome)
            if count % 50 == 0:
                print(f"{count} of {len(wanted)}", file=sys.stderr)
    return outcomes


def _start() -> None:
    """Once a worker: everything is imported before the first fork, and quiet."""
    importlib.import_module("pyhanko.sign.validation")
    importlib.import_module("pypdfium2")
    os.nice(10)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    pki.identity()


# -- figures -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """One line of the report: `good` of `all`, and what is needed (`least` per cent)."""

    what: str
    good: int
    all: int
    least: float = 100.0

    @property
    def ok(self) -> bool:
        return self.good * 100 >= self.least * self.all

    def __str__(self) -> str:
        share = 100 * self.good / self.all if self.all else 100.0
        mark = "ok  " if self.ok else "MISS"
        return f"{mark} {self.what:<58} {self.good:>5} of {self.all:>5}  {share:6.2f} %"


def accepted(outcome: Outcome) -> bool:
    """Signed, and every tool that could read the original accepts the result."""
    return outcome.signed and not outcome.rejected


def mended(outcome: Outcome) -> bool:
    """Accepted as it is, or after a repair that shows the same."""
    repaired = outcome.mended is not None and accepted(outcome.mended) and not outcome.lost
    return accepted(outcome) or repaired


def figures(outcomes: Iterable[Outcome]) -> list[Figure]:
    """The figures that must hold, over all files and over those that PDFium opens."""
    every = list(outcomes)
    opened = [outcome for outcome in every if outcome.pdfium]
    due = [outcome for outcome in opened if outcome.refused not in MANDATORY]
    signed = [outcome for outcome in every if outcome.signed]
    fixed = [outcome for outcome in signed if outcome.fixed]
    drawn = [outcome for outcome in signed if "MuPDF" in outcome.readers]

    def count(
        what: str, among: list[Outcome], good: Iterable[bool], least: float = 100.0
    ) -> Figure:
        return Figure(what, sum(good), len(among), least)

    def by(tool: str) -> Figure:
        readable = [o for o in signed if tool in o.readers]
        what = f"accepted by {tool} where it reads the original"
        return count(what, readable, (tool not in o.rejected for o in readable))

    return [
        count("files that PDFium opens", every, (o.pdfium for o in every), 0),
        count("of these not refused by the file's own rule", opened, (o in due for o in opened), 0),
        count("of these signed and accepted", due, map(accepted, due), MUST_SIGN),
        count("  the damaged ones after a repair", due, map(mended, due), MUST_SIGN_REPAIRED),
        by("pdfsig"),
        by("pyHanko"),
        count("earlier signatures still accepted", signed, (not o.earlier for o in signed)),
        count("the original is an exact prefix", signed, (o.prefix for o in signed)),
        count("qpdf --check no worse than before", signed, (not o.qpdf for o in signed)),
        count("the same pixels outside the stamp", signed, (not o.pixels for o in signed)),
        count("  fields fixed by us: no word lost in poppler", fixed, (not o.words for o in fixed)),
        count("  all others that MuPDF draws: the same there", drawn, (not o.mupdf for o in drawn)),
        count("no crash, hang or foreign exception", every, (not o.broken for o in every)),
        count("no oracle broke", signed, (not o.oracle for o in signed), 99.0),
    ]


def report(outcomes: Sequence[Outcome]) -> bool:
    """Print refusals by code, what went wrong, and the figures; whether all figures are met."""
    refused = collections.defaultdict(list)
    for outcome in outcomes:
        if outcome.refused:
            refused[outcome.refused].append(outcome)
    for code, group in sorted(refused.items(), key=lambda pair: -len(pair[1])):
        seen = sum(outcome.pdfium for outcome in group)
        rule = "  (the file's own rule)" if code in MANDATORY else ""
        print(f"\nrefused {code}: {len(group)}, of which PDFium opens {seen}{rule}")
        for outcome in group:
            if outcome.pdfium:
                print(f"    {outcome.file}: {outcome.sentence}")
    print()
    for what in ("broken", "rejected", "earlier", "qpdf", "pixels", "mupdf", "words", "oracle"):
        wrong = [outcome for outcome in outcomes if getattr(outcome, what)]
        for outcome in wrong[:SHOWN]:
            print(f"{what}: {outcome.file}: {getattr(outcome, what)}")
        if len(wrong) > SHOWN:
            print(f"{what}: and {len(wrong) - SHOWN} more, see --report")
    print()
    results = figures(outcomes)
    print(*results, sep="\n")
    stamped = sum(outcome.stamped for outcome in outcomes)
    slowest = max((outcome.seconds for outcome in outcomes), default=0)
    print(f"{stamped} files carry a visible stamp; the slowest took {slowest:.1f} s")
    return all(result.ok for result in results)


def main(argv: Sequence[str]) -> int:
    """0 where every figure is met, 1 where not, 2 where there is no corpus."""
    parser = argparse.ArgumentParser(prog="./dev soak corpus", description=__doc__)
    default = Path(os.environ.get("TEKEN_CORPUS", FOLDER))
    parser.add_argument("--folder", type=Path, default=default)
    parser.add_argument("--only", default="", help="files whose path holds this text")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--invisible", action="store_true", help="sign without a stamp")
    parser.add_argument("--report", type=Path, help="write one JSON object a file to here")
    options = parser.parse_args(argv)
    wanted = files(options.folder, options.only, options.limit) if options.folder.is_dir() else []
    if not wanted:
        print(f"No files in {options.folder}; name a folder by --folder.", file=sys.stderr)
        return 2
    outcomes = examine_all(wanted, not options.invisible)
    if options.report:
        lines = (json.dumps(asdict(outcome)) for outcome in outcomes)
        options.report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0 if report(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
