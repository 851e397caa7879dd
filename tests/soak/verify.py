"""Compare our verdicts with pyHanko's and pdfsig's: over public PDFs, our attacks, genuine files.

`./dev soak verify [--folder F] [--only TEXT] [--report FILE]`; it ends with an error where two
disagree and tests/verify/disagreements.md does not say who is right.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from tests.attacks.table import attacks
from tests.genuine import people
from tests.genuine.table import genuine
from tests.soak import corpus, siva
from tests.soak.judges import OTHERS, Judgement, Subject, agree, teken
from tests.soak.limits import Broken, bounded

LIST = Path(__file__).resolve().parents[1] / "verify" / "disagreements.md"
SECONDS, MEGABYTES = 60, 4096
_HEADING = re.compile(r"## (pyHanko|pdfsig) (\w+), Teken (\w+): .+")
_SIGNED = b"/ByteRange"  # must stand in the clear in every file that is signed

Key = tuple[str, str, str, str]  # tool, what it says, what Teken says, file


@dataclass(frozen=True)
class Compared:
    """One file as all of them judge it; `broken` names a verifier of ours that did not answer."""

    file: str
    ours: Judgement
    others: dict[str, Judgement]
    broken: str = ""

    def disagreements(self) -> Iterator[Key]:
        """Every tool that says something else than we do."""
        for tool, said in self.others.items():
            if not agree(self.ours.name, said.name, tool):
                yield tool, said.name, self.ours.name, self.title

    @property
    def title(self) -> str:
        """The file in the list: attacks by their names, on whatever letter they were tried."""
        return self.file.rsplit(", ", 1)[0] if self.file.startswith("attacks/") else self.file


# -- what is compared ----------------------------------------------------------------------------


def subjects(folder: Path, only: str) -> list[Subject]:
    """Every file whose name holds `only`: corpus/..., attacks/..., genuine/..."""
    found = [*_public(folder), *_attacks(), *_genuine()]
    return [subject for subject in found if only in subject.name]


def _public(folder: Path) -> Iterator[Subject]:
    """Signed files; nobody is trusted but in siva, whose roots its own files carry."""
    for path, name in corpus.files(folder, "", 0) if folder.is_dir() else ():
        if _SIGNED in path.read_bytes():
            trust = functools.partial(siva.trust, folder) if siva.has(name) else siva.nobody
            yield Subject(f"corpus/{name}", path.read_bytes, trust, people.AT)


def _attacks() -> Iterator[Subject]:
    for attack in attacks():
        password = getattr(attack, "password", "")
        yield Subject(f"attacks/{attack.id}", attack.build, attack.trust, attack.at, password)


def _genuine() -> Iterator[Subject]:
    for file in genuine():
        yield Subject(f"genuine/{file.id}", file.build, file.trust, people.AT, file.password)


# -- comparing -----------------------------------------------------------------------------------


def compare(subject: Subject) -> Compared:
    """Ask everybody, each in a child of its own."""
    data = subject.data()
    ask = functools.partial(bounded, seconds=SECONDS, megabytes=MEGABYTES)
    others = {}
    for tool, judge in OTHERS.items():
        try:
            others[tool] = ask(judge, subject, data)
        except Broken as error:
            others[tool] = Judgement("nothing", str(error))
    try:
        return Compared(subject.name, ask(teken, subject, data), others)
    except Broken as error:
        return Compared(subject.name, Judgement("nothing"), {}, str(error))


def compare_all(folder: Path, only: str) -> list[Compared]:
    """All subjects by two workers; a progress count goes to standard error."""
    _start()
    count = len(subjects(folder, only))
    found = []
    with ProcessPoolExecutor(2, mp_context=get_context("fork"), initializer=_start) as pool:
        work = functools.partial(_compare_at, folder, only)
        for done, compared in enumerate(pool.map(work, range(count), chunksize=40), 1):
            found.append(compared)
            if done % 200 == 0:
                print(f"{done} of {count}", file=sys.stderr)
    return found


def _compare_at(folder: Path, only: str, index: int) -> Compared:
    return compare(_subjects(folder, only)[index])


_subjects = functools.cache(subjects)


def _start() -> None:
    importlib.import_module("pyhanko.sign.validation")
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)  # pyHanko remarks at length upon our authority


# -- what is known -------------------------------------------------------------------------------


def listed(text: str) -> list[Key]:
    """What the list says: under each heading the files that it is about."""
    found: list[Key] = []
    heading: tuple[str, str, str] | None = None
    for line in text.splitlines():
        if line.startswith("## "):
            match = _HEADING.fullmatch(line)
            if match is None:
                raise ValueError(f"a heading that says nothing: {line}")
            heading = match[1], match[2], match[3]
        elif line.startswith("- ") and heading:
            found.append((*heading, line[2:]))
    return found


def report(found: Sequence[Compared], known: Sequence[Key], whole: bool) -> bool:
    """Print what is not as it should be; whether all is. `whole`: nothing was left out."""
    disagreements = {key for each in found for key in each.disagreements()}
    details = {key: each for each in found for key in each.disagreements()}
    for key in sorted(disagreements - set(known)):
        each = details[key]
        print(f"NEW   {' | '.join(key)} | {each.others[key[0]].detail} | {each.ours.detail}")
    gone = set(known) - disagreements if whole else set()
    for key in sorted(gone):
        print(f"GONE  {' | '.join(key)}")
    twice = len(known) - len(set(known))
    broken = [each for each in found if each.broken]
    for each in broken:
        print(f"BROKE {each.file}: {each.broken}")
    wrong = list(siva.unexpected({each.file: each.ours.detail for each in found}))
    print(*wrong, sep="\n", end="\n" * bool(wrong))
    print(
        f"{len(found)} files; {len(disagreements)} disagreements, {len(set(known))} of them known; "
        f"{len(broken)} broken; {len(wrong)} of siva otherwise than expected"
    )
    return not (disagreements - set(known) or gone or twice or broken or wrong)


def main(argv: Sequence[str]) -> int:
    """0 where every disagreement is known, 1 where not."""
    parser = argparse.ArgumentParser(prog="./dev soak verify", description=__doc__)
    default = Path(os.environ.get("TEKEN_CORPUS", corpus.FOLDER))
    parser.add_argument("--folder", type=Path, default=default)
    parser.add_argument("--only", default="", help="files whose name holds this text")
    parser.add_argument("--report", type=Path, help="write one JSON object a file to here")
    options = parser.parse_args(argv)
    found = compare_all(options.folder, options.only)
    if options.report:
        lines = (json.dumps(each, default=vars) for each in found)
        options.report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    whole = not options.only and options.folder.is_dir()
    return 0 if report(found, listed(LIST.read_text(encoding="utf-8")), whole) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
