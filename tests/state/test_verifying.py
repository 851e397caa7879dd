"""The verify screen without a window: what is judged, what is shown, what is kept."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.actions import Services
from app.crypto.verify.trust import Anchor, Trust
from app.errors import FileMissing, InternalFault, TrustFileBroken
from app.services.sandbox import judge
from app.state import AppState
from app.state.platform import Picked
from tests import judged, pki
from tests.builders import encrypted
from tests.state.conftest import PIN, Device, Run, letter

TITLE = "title"


@pytest.fixture
def services(services: Services) -> Services:
    """Somebody is trusted, and files are judged in this process."""
    trust = Trust((Anchor(pki.identity("p256").chain[0]),))
    return replace(services, judge=judge, trust=lambda _: trust)


def file(folder: Path, data: bytes, name: str = "surat.pdf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def check(state: AppState, run: Run[Any], path: Path) -> str:
    run(state.verifying.check(Picked(path)))
    assert state.verifying.verdict is not None
    return state.verifying.verdict.name


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("valid", judged.genuine()), ("altered", judged.altered()), ("untrusted", judged.strange()),
        ("unsigned", judged.LETTER.read_bytes()), ("unreadable", b"no PDF"),
        ("unreadable", judged.damaged()),
    ],
)  # fmt: skip
def test_a_file_is_judged(
    state: AppState, tmp_path: Path, run: Run[Any], name: str, data: bytes
) -> None:
    assert check(state, run, file(tmp_path, data)) == name
    assert (state.verifying.busy, state.verifying.problem) == ("", None)
    assert state.verifying.judged_at == state.services.clock()


def test_a_chosen_file_is_judged_on_its_own_screen(
    state: AppState, device: Device, tmp_path: Path, run: Run[Any]
) -> None:
    run(state.verify_picked(TITLE))
    assert device.routes == []  # nothing was chosen
    device.gives = [Picked(file(tmp_path, judged.genuine()), temporary=True)]
    run(state.verify_picked(TITLE))
    assert device.routes == ["/verify"]
    assert state.verifying.name == "surat.pdf"
    assert not device.gives[0].path.exists()  # an upload is deleted


def test_a_picker_that_fails_is_told_and_names_hide_nothing(
    state: AppState, device: Device, tmp_path: Path, run: Run[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(state.verifying.check(Picked(file(tmp_path, b"", "faktur\u202efdp.exe"))))
    assert state.verifying.name == "faktur_fdp.exe"

    async def broken(title: str) -> Picked:
        raise OSError("the client has gone")

    monkeypatch.setattr(device, "pick_pdf", broken)
    run(state.verify_picked(TITLE))
    assert isinstance(state.verifying.problem, InternalFault)
    assert device.routes == ["/verify"]


def test_what_changed_is_marked_and_brought_onto_the_screen(
    state: AppState, tmp_path: Path, run: Run[Any]
) -> None:
    check(state, run, file(tmp_path, judged.altered()))
    marks = state.verifying.marks
    assert marks and all(mark.page == 1 for mark in marks)
    assert any(mark.rect.overlaps(judged.FORGED) for mark in marks)
    assert state.verifying.figure is not None and state.verifying.figure[:2] == b"\xff\xd8"
    document = state.verifying.document
    assert document is not None

    async def look() -> None:  # the pages are laid out after the verdict
        document.resize((360, 100), 0, 1.0)
        await document.painted()

    run(look())
    _, top, _, height = document.layout.to_pixels(0, marks[0].rect)
    assert document.moves == 1
    assert document.offset <= top and top + height <= document.offset + 100


def test_the_signed_revision_is_shown_alone(state: AppState, tmp_path: Path, run: Run[Any]) -> None:
    check(state, run, file(tmp_path, judged.altered()))
    verifying = state.verifying
    assert verifying.verdict is not None
    run(verifying.see_signed(verifying.verdict.signatures[0]))
    shown = verifying.shown
    assert shown is not None and shown is verifying.revision
    with shown.opened.content.open() as content:
        assert content.read() == judged.genuine()
    assert verifying.marks == ()  # nothing is outlined on what was signed
    run(verifying.show_change(0))
    assert verifying.shown is verifying.document
    assert verifying.marks == verifying.changes != ()


def test_nothing_is_decided_about_a_file_that_is_only_looked_at(
    state: AppState, tmp_path: Path, run: Run[Any]
) -> None:
    check(state, run, file(tmp_path, judged.genuine()))
    document = state.verifying.document
    assert document is not None
    document.tap(0, 100, 100)
    assert document.stamp.place is None


def test_an_open_document_is_judged_as_it_is_shown(
    state: AppState, device: Device, tmp_path: Path, run: Run[Any]
) -> None:
    path = file(tmp_path, judged.altered())
    run(state.open([Picked(path)]))
    path.write_bytes(judged.genuine())  # behind the window's back
    assert state.document is not None
    run(state.verify_opened(state.document))
    assert device.routes[-1] == "/document/verify"
    assert state.verifying.verdict is not None
    assert state.verifying.verdict.name == "altered"
    run(state.close(0))  # the verdict has a copy of its own
    document = state.verifying.document
    assert document is not None and document.opened.content.open().read(5) == b"%PDF-"


def test_what_was_just_signed_is_not_called_certified(
    state: AppState, device: Device, tmp_path: Path, run: Run[Any], key: str
) -> None:
    run(state.open([Picked(letter(tmp_path / "in"))]))
    state.signing.pin = PIN
    run(state.sign())
    saved = state.signing.outcomes[0].saved
    assert saved is not None
    run(state.verify_saved(saved.path))
    assert device.routes[-1] == "/result/verify"
    assert state.verifying.verdict is not None
    (report,) = state.verifying.verdict.signatures
    assert (report.verdict, report.certified) == ("untrusted", False)


def test_a_password_is_asked_for_until_it_is_right(
    state: AppState, tmp_path: Path, run: Run[Any]
) -> None:
    verifying = state.verifying
    run(verifying.check(Picked(file(tmp_path, encrypted("256", user="pengguna")))))
    assert (verifying.ask is None, verifying.wrong, verifying.verdict) == (False, False, None)
    verifying.password = "salah"
    run(verifying.give_password())
    assert (verifying.ask is None, verifying.wrong, verifying.password) == (False, True, "")
    verifying.password = "pengguna"
    run(verifying.give_password())
    assert verifying.ask is None
    assert verifying.verdict is not None and verifying.verdict.name == "unsigned"


def test_a_newer_file_leaves_nothing_of_the_older(
    state: AppState, tmp_path: Path, run: Run[Any]
) -> None:
    check(state, run, file(tmp_path, judged.altered()))
    older = state.verifying.document
    assert older is not None
    state.verifying.password = "typed for another file"
    run(state.verifying.check(Picked(tmp_path / "gone.pdf")))
    verifying = state.verifying
    assert isinstance(verifying.problem, FileMissing)
    assert (verifying.verdict, verifying.document, verifying.name) == (None, None, "gone.pdf")
    assert verifying.password == ""
    with pytest.raises(ValueError, match="closed"):
        older.opened.content.open().read(1)


@pytest.mark.parametrize("late", ["trust", "judge"])
def test_an_answer_that_comes_late_is_for_nobody(
    state: AppState, tmp_path: Path, run: Run[Any], late: str
) -> None:
    """The first file still waits when the second is judged already."""
    first, second = file(tmp_path, judged.genuine(), "a.pdf"), file(tmp_path, b"no PDF", "b.pdf")
    verifying, real = state.verifying, getattr(state.services, late)
    begun, go_on = threading.Event(), threading.Event()

    def slow(*args: Any) -> Any:
        if not begun.is_set():
            begun.set()
            go_on.wait(10)
        return real(*args)

    async def both() -> None:
        verifying.services = replace(state.services, **{late: slow})
        waiting = asyncio.create_task(verifying.check(Picked(first)))
        await asyncio.to_thread(begun.wait, 10)
        await verifying.check(Picked(second))
        go_on.set()
        await waiting

    run(both())
    assert verifying.verdict is not None
    assert (verifying.name, verifying.verdict.name) == ("b.pdf", "unreadable")
    assert (verifying.document, verifying.problem, verifying.busy) == (None, None, "")


def test_half_of_what_is_trusted_is_not_trusted(
    services: Services, device: Device, tmp_path: Path, run: Run[Any]
) -> None:
    def broken(_: object) -> Trust:
        raise TrustFileBroken(name="akar.pem")

    state = AppState(services=replace(services, trust=broken), platform=device)
    run(state.verifying.check(Picked(file(tmp_path, judged.genuine()))))
    assert isinstance(state.verifying.problem, TrustFileBroken)
    assert state.verifying.verdict is None
    run(state.close_all())


@pytest.mark.parametrize("data", [judged.altered(), b"no PDF"], ids=["altered", "unreadable"])
def test_the_report_is_kept(
    state: AppState, device: Device, tmp_path: Path, run: Run[Any], data: bytes
) -> None:
    check(state, run, file(tmp_path, data))
    run(state.verifying.save_report(state.words, TITLE))
    ((name, report),) = device.downloaded.items()
    assert name == "Verifikasi surat.pdf"
    assert report.startswith(b"%PDF-")
    device.downloads, device.target = False, tmp_path / "laporan.pdf"
    run(state.verifying.save_report(state.words, TITLE))
    assert (tmp_path / "laporan.pdf").read_bytes() == report
    assert state.verifying.report_at == tmp_path / "laporan.pdf"


def test_a_damaged_document_is_repaired_shown_and_signed(
    state: AppState, tmp_path: Path, run: Run[Any], key: str
) -> None:
    path = file(tmp_path, judged.damaged())
    run(state.open([Picked(path)]))
    document = state.document
    assert document is not None and document.opened.repairable
    assert state.to_sign == []
    run(state.repair(document))
    repaired = state.document
    assert repaired is not None and repaired is not document
    assert (repaired.opened.obstacle, repaired.opened.path) == (None, path)
    assert repaired.repaired
    assert repaired.stamp.place is not None
    with repaired.opened.content.open() as content:
        shown = content.read()
    state.signing.pin = PIN
    run(state.sign())
    saved = state.signing.outcomes[0].saved
    assert saved is not None and saved.path.read_bytes().startswith(shown)
    assert path.read_bytes() == judged.damaged()
    assert check(state, run, saved.path) == "untrusted"


def test_a_signed_document_is_not_repaired(state: AppState, tmp_path: Path, run: Run[Any]) -> None:
    data = judged.genuine()
    at = data.rindex(b"startxref")
    run(state.open([Picked(file(tmp_path, data[:at] + b"startxref\n11111\n%%EOF\n"))]))
    document = state.document
    assert document is not None
    run(state.repair(document))
    assert state.document is document
    assert document.problem is not None and document.problem.code == "repair_breaks_signature"
