"""`teken verify` and `teken preflight`: what they say, their JSON, their exit status."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests import builders, pki
from tests.commands import Ran, teken

MEMBERS = ["file", "verdict", "sentence", "reasons", "signatures"]
OF_SIGNATURE = [
    "field", "kind", "signer", "claimed_time", "trusted_time", "level", "verdict", "certified",
    "covers_bytes", "reasons",
]  # fmt: skip
OF_REASON = ["check", "code", "text", "page", "rects"]
LETTER = builders.form("table").data


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Signed files of every kind, and two certificates to trust."""
    good = builders.signed(LETTER, "p256")
    evil = builders.updated(good, {4: b"<</Length 0>>stream\n\nendstream"}, size=64)
    contents = {
        "good.pdf": good,
        "twice.pdf": builders.signed(good, "second"),
        "altered.pdf": evil,
        "invalid.pdf": good.replace(b"/ByteRange[0 ", b"/ByteRange[1 "),
        "plain.pdf": LETTER,
        "zero.pdf": b"",
        "junk.pdf": b"no pdf",
        "locked.pdf": builders.form("encrypted AES-256, user's password").data,
        "empty-field.pdf": builders.prepared(LETTER, "Kepala"),
        "root.pem": pki.root().public_bytes(Encoding.PEM),
        "leaf.pem": pki.identity("p256").certificates[0].public_bytes(Encoding.PEM),
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def verify(files: Path, *arguments: str) -> Ran:
    return teken("verify", *arguments, "--json", cwd=files)


def verdicts(ran: Ran) -> list[str]:
    return [each["verdict"] for each in ran.objects]


def test_the_json_has_exactly_these_members(files: Path) -> None:
    ran = verify(files, "good.pdf", "--trust", "leaf.pem")
    (told,) = ran.objects
    assert list(told) == MEMBERS
    (signature,) = told["signatures"]
    assert list(signature) == OF_SIGNATURE
    assert all(list(reason) == OF_REASON for reason in signature["reasons"])
    assert signature["covers_bytes"] == (files / "good.pdf").stat().st_size
    assert signature["signer"] == pki.TALLO.name
    assert signature["claimed_time"] == pki.SIGNED_AT.isoformat()
    assert signature["certified"] is False


@pytest.mark.parametrize(
    ("names", "trust", "expected", "status"),
    [
        (["good.pdf"], ["leaf.pem"], ["valid"], 0),
        (["good.pdf"], ["root.pem"], ["indeterminate"], 3),
        (["good.pdf"], [], ["untrusted"], 3),
        (["good.pdf", "altered.pdf"], ["leaf.pem"], ["valid", "altered"], 1),
        (["invalid.pdf"], ["leaf.pem"], ["invalid"], 1),
        (["plain.pdf", "empty-field.pdf"], ["leaf.pem"], ["unsigned", "unsigned"], 1),
        (["zero.pdf", "junk.pdf", "locked.pdf"], [], ["unreadable"] * 3, 1),
        (["missing.pdf", "good.pdf"], ["leaf.pem"], ["unreadable", "valid"], 1),
    ],
)
def test_the_exit_status_is_that_of_the_worst(
    files: Path, names: list[str], trust: list[str], expected: list[str], status: int
) -> None:
    ran = verify(files, *names, *(["--trust", *trust] if trust else []))
    assert (verdicts(ran), ran.status, ran.err) == (expected, status, "")


def test_a_password_opens_what_is_locked(files: Path) -> None:
    (files / "password").write_text(builders.USER)
    assert verdicts(verify(files, "locked.pdf", "--password-file", "password")) == ["unsigned"]


def test_the_moment_can_be_chosen(files: Path) -> None:
    ran = verify(files, "good.pdf", "--trust", "root.pem", "--at", "2061-01-01")
    (told,) = ran.objects
    assert told["verdict"] == "indeterminate"
    assert {reason["code"] for reason in told["signatures"][0]["reasons"]} >= {"expired"}


@pytest.mark.parametrize(
    "arguments",
    [[], ["good.pdf", "--at", "yesterday"], ["good.pdf", "--trust"], ["good.pdf", "--what"]],
)
def test_a_wrong_call_ends_with_2(files: Path, arguments: list[str]) -> None:
    assert verify(files, *arguments).status == 2


@pytest.mark.parametrize("name", ["good.pdf", "missing.pem", "zero.pdf"])
def test_trust_that_cannot_be_read_judges_nothing(files: Path, name: str) -> None:
    ran = verify(files, "good.pdf", "--trust", name)
    assert ran.status == 1
    assert ran.objects[0]["error"]["code"] in ("trust_file_broken", "file_missing")


def test_people_read_one_sentence_first(files: Path) -> None:
    ran = teken("verify", "good.pdf", "--trust", "leaf.pem", "--lang", "id", cwd=files)
    first, second, *_ = ran.out.splitlines()
    assert first.startswith("good.pdf: Dokumen asli dan utuh. Ditandatangani oleh Maria")
    assert "TIDAK TERSERTIFIKASI" in second


def test_a_worker_that_dies_is_no_answer_that_a_file_is_good(files: Path) -> None:
    """More memory than the worker may have: the verdict is unreadable, the next file is judged."""
    from app.services import sandbox

    changed = {**os.environ, "PYTHONPATH": str(Path(sandbox.__file__).parents[2])}
    code = (
        "import sys; from pathlib import Path; from datetime import UTC, datetime\n"
        "from app.crypto.verify.trust import Trust; from app.services import sandbox\n"
        "with sandbox.Sandbox() as box:\n"
        "    box.judge(Path('good.pdf'), Trust(), datetime.now(UTC)); box._worker.kill()\n"
        "    for name in ('good.pdf', 'good.pdf'):\n"
        "        print(box.judge(Path(name), Trust(), datetime.now(UTC)).name)\n"
    )
    ran = teken(cwd=files, command=(sys.executable, "-c", code), given=changed)
    assert ran.out.split() == ["unreadable", "untrusted"]


# -- preflight -----------------------------------------------------------------------------------


def preflight(files: Path, *arguments: str) -> Ran:
    return teken("preflight", *arguments, "--json", cwd=files)


def test_preflight_says_what_hinders_and_what_waits(files: Path) -> None:
    ran = preflight(files, "good.pdf", "empty-field.pdf", "zero.pdf", "missing.pdf")
    good, waiting, zero, missing = ran.objects
    assert ran.status == 1
    assert (good["ok"], good["signatures"], waiting["fields"]) == (True, 1, ["Kepala"])
    assert (zero["error"]["code"], missing["error"]["code"]) == ("not_a_pdf", "file_missing")


def test_a_repaired_file_can_be_signed_and_the_damaged_one_stays(files: Path) -> None:
    broken = LETTER[: LETTER.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n"
    (files / "broken.pdf").write_bytes(broken)
    assert preflight(files, "broken.pdf").status == 1
    ran = preflight(files, "broken.pdf", "--repair", "--out-dir", "mended")
    (told,) = ran.objects
    assert (ran.status, told["ok"]) == (0, True)
    assert (files / told["repaired"]).name == "broken-diperbaiki.pdf"
    assert (files / "broken.pdf").read_bytes() == broken
    assert preflight(files, "broken.pdf", "--repair", "--out-dir", "mended").status == 1  # exists
