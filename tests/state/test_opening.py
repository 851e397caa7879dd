"""Opening files: each one opens, waits for its password, or says why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.errors import FileMissing, InternalFault, NotAPdf
from app.services import settings
from app.state import AppState
from app.state.platform import Picked
from tests.builders import encrypted
from tests.state.conftest import PIN, Device, Run, letter

PASSWORD = "pengguna"


def protected(folder: Path) -> Path:
    path = folder / "rahasia.pdf"
    path.write_bytes(encrypted("256", user=PASSWORD))
    return path


def test_a_letter_opens_and_is_shown(
    state: AppState, device: Device, tmp_path: Path, run: Run[Any]
) -> None:
    device.gives = [Picked(letter(tmp_path / "in"))]
    run(state.pick("title"))
    assert [each.opened.name for each in state.documents] == ["surat-undangan.pdf"]
    assert device.routes == ["/document"]
    assert state.document is not None
    assert state.document.stamp.place is not None  # proposed, also without a key
    assert state.document.stamp.picture is not None
    assert (state.busy, state.problem) == ("", None)


def test_nothing_chosen_is_nothing_done(state: AppState, device: Device, run: Run[Any]) -> None:
    run(state.pick("title"))
    assert (len(state.documents), device.routes) == (0, [])


def test_a_bad_file_says_why_and_stops_no_other(
    state: AppState, device: Device, tmp_path: Path, run: Run[Any]
) -> None:
    bad = tmp_path / "rusak.pdf"
    bad.write_bytes(b"no PDF")
    run(state.open([Picked(bad), Picked(tmp_path / "gone.pdf"), Picked(letter(tmp_path / "in"))]))
    assert [(each.name, type(each.problem)) for each in state.refused] == [
        ("rusak.pdf", NotAPdf), ("gone.pdf", FileMissing),
    ]  # fmt: skip
    assert len(state.documents) == 1
    assert device.routes == ["/"]  # where it is said


def test_a_password_is_asked_for_until_it_is_right(
    state: AppState, device: Device, tmp_path: Path, run: Run[Any]
) -> None:
    run(state.open([Picked(protected(tmp_path))]))
    assert [ask.wrong for ask in state.asks] == [False]
    state.password = "salah"
    run(state.give_password())
    assert [ask.wrong for ask in state.asks] == [True]
    assert state.password == ""
    state.password = PASSWORD
    run(state.give_password())
    assert state.asks == ()
    assert len(state.documents) == 1
    assert device.routes[-1] == "/document"
    assert PASSWORD not in repr(state.documents[0])


def test_a_password_can_be_given_up(state: AppState, tmp_path: Path, run: Run[Any]) -> None:
    run(state.open([Picked(protected(tmp_path))]))
    state.give_up_password()
    assert (state.asks, len(state.documents)) == ((), 0)


@pytest.mark.parametrize("name", ["surat.pdf", "rahasia.pdf", "rusak.pdf"])
def test_an_upload_is_deleted_as_soon_as_it_is_read(
    state: AppState, tmp_path: Path, run: Run[Any], name: str
) -> None:
    folder = tmp_path / "upload"
    path = letter(folder, name)
    if name == "rahasia.pdf":
        path.write_bytes(encrypted("256", user=PASSWORD))
    if name == "rusak.pdf":
        path.write_bytes(b"")
    run(state.open([Picked(path, temporary=True)]))
    if state.asks:
        state.give_up_password()
    assert not folder.exists()
    assert state.settings.recent == ()
    for document in state.documents:
        assert document.opened.path is None  # the result must not go there


def test_recent_files_are_kept_and_can_be_forgotten(
    state: AppState, tmp_path: Path, run: Run[Any]
) -> None:
    path = letter(tmp_path / "in")
    run(state.open([Picked(path)]))
    assert state.settings.recent == (str(path),)
    assert state.settings_file is not None
    assert settings.load(state.settings_file).recent == (str(path),)
    path.unlink()
    run(state.open_recent(str(path)))
    assert state.settings.recent == ()
    assert isinstance(state.refused[0].problem, FileMissing)


def test_a_failing_device_is_told_and_not_raised(
    state: AppState, device: Device, run: Run[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(title: str) -> list[Picked]:
        raise OSError("the client has gone")

    monkeypatch.setattr(device, "pick_pdfs", broken)
    run(state.pick("title"))
    assert isinstance(state.problem, InternalFault)
    assert state.busy == ""


def test_closing_frees_the_document(
    state: AppState, device: Device, tmp_path: Path, run: Run[Any]
) -> None:
    first, second = letter(tmp_path / "in", "a.pdf"), letter(tmp_path / "in", "b.pdf")
    run(state.open([Picked(first), Picked(second)]))
    opened = state.documents[1].opened
    run(state.show(1))
    run(state.close(1))
    assert [each.opened.name for each in state.documents] == ["a.pdf"]
    assert state.current == 0
    with pytest.raises(ValueError, match="closed"):
        opened.content.open().read(1)
    run(state.close(0))
    assert device.routes[-1] == "/"


def test_language_and_theme_are_kept(state: AppState) -> None:
    assert state.words.gettext("Sign") == "Tanda Tangani"
    state.speak("en")
    assert state.words.gettext("Sign") == "Sign"
    assert state.settings_file is not None
    assert settings.load(state.settings_file).language == "en"


def test_a_name_that_hides_something_is_shown_and_signed_plainly(
    state: AppState, tmp_path: Path, run: Run[Any], key: str
) -> None:
    run(state.open([Picked(letter(tmp_path / "in", "surat\u202efdp.exe\n.pdf"))]))
    assert state.document is not None
    assert state.document.opened.name == "surat_fdp.exe_.pdf"
    state.signing.pin = PIN
    run(state.sign())
    saved = state.signing.outcomes[0].saved
    assert saved is not None and saved.path.name == "surat_fdp.exe_-ditandatangani.pdf"


def test_large_text_needs_a_wider_window(state: AppState) -> None:
    state.resized(1280, 800, 1)
    assert state.wide
    state.magnified(2)
    assert state.large_text
    assert not state.wide
    state.magnified(0.8)  # small text does not make a phone a desk
    state.resized(890, 800, 1)
    assert not state.wide


def test_a_folder_is_told_as_people_call_it(
    state: AppState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/maria"))
    assert state.folder_of(Path("/home/maria/Dokumen/Surat/a.pdf")) == "Dokumen/Surat"
    assert state.folder_of(Path("/media/usb/a.pdf")) == "/media/usb"
    assert state.folder_of(Path("/home/maria/a.pdf")) == "folder pribadi Bapak/Ibu"


def test_the_window_is_wide_or_not(state: AppState) -> None:
    state.resized(360, 740, 3)
    assert not state.wide
    state.resized(1280, 800, 1)
    assert state.wide
