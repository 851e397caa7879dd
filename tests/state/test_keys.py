"""Keys: created, imported, chosen, deleted; the forms say what is wrong before anything happens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.errors import (
    KeyFileMissing,
    KeystoreMissing,
    NipWrong,
    PersonNameMissing,
    PinsDiffer,
    PinTooWeak,
    WrongPassphrase,
)
from app.model import KeyInfo
from app.state import AppState
from app.state.keys import KeyForm
from app.state.platform import Picked
from tests import pki
from tests.state.conftest import PIN, Device, Run


def fill(form: KeyForm, **changes: str) -> None:
    filled = {"name": " Maria Contoh ", "nip": "19700101 199501 2 999", "pin": PIN, "again": PIN}
    for name, value in {**filled, **changes}.items():
        setattr(form, name, value)


def test_a_key_is_made_for_a_person(state: AppState, run: Run[Any]) -> None:
    fill(state.keys.form, position="Plt. Kepala Badan")
    assert run(state.keys.create())
    info = state.keys.info
    assert info is not None and info.self_made
    assert (info.person.name, info.person.nip) == ("Maria Contoh", "197001011995012999")
    assert info.person.position == "Plt. Kepala Badan"
    assert (state.keys.form.pin, state.keys.form.name) == ("", "")


def test_a_second_key_of_a_person_has_a_name_of_its_own(state: AppState, run: Run[Any]) -> None:
    for _ in range(2):
        fill(state.keys.form)
        assert run(state.keys.create())
    assert [info.name for info in state.keys.infos] == ["Maria Contoh", "Maria Contoh 2"]
    assert state.keys.chosen == "Maria Contoh 2"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": "  "}, PersonNameMissing),
        ({"nip": "1234"}, NipWrong),
        ({"nip": "19700101199501299x"}, NipWrong),
        ({"again": "471194"}, PinsDiffer),
        ({"pin": "123456", "again": "123456"}, PinTooWeak),
    ],
)
def test_the_form_says_what_to_mend_and_keeps_what_was_typed(
    state: AppState, run: Run[Any], changes: dict[str, str], problem: type[Exception]
) -> None:
    fill(state.keys.form, **changes)
    assert not run(state.keys.create())
    assert isinstance(state.keys.problem, problem)
    assert state.keys.form.nip == changes.get("nip", "19700101 199501 2 999")
    run(state.keys.load())
    assert state.keys.infos == ()


def test_a_key_file_is_moved_into_the_keystore(
    state: AppState, device: Device, tmp_path: Path, run: Run[Any]
) -> None:
    folder = tmp_path / "upload"
    folder.mkdir()
    path = folder / "psre.p12"
    path.write_bytes(pki.identity().pkcs12("frasa"))
    device.gives = [Picked(path, temporary=True)]
    run(state.keys.pick_file("title"))
    fill(state.keys.form, passphrase="salah", nip="", name="")
    assert not run(state.keys.import_file())
    assert isinstance(state.keys.problem, WrongPassphrase)
    assert path.exists()  # it may be tried again
    state.keys.form.passphrase = "frasa"
    assert run(state.keys.import_file())
    assert not folder.exists()
    info = state.keys.info
    assert info is not None and not info.self_made
    assert len(info.chain) > 1


def test_importing_needs_a_file(state: AppState, run: Run[Any]) -> None:
    assert not run(state.keys.import_file())
    assert isinstance(state.keys.problem, KeyFileMissing)


def test_deleting_is_asked_first(state: AppState, key: str, run: Run[Any]) -> None:
    run(state.keys.load())
    assert state.keys.info is not None
    state.keys.deleting = key
    run(state.keys.delete())
    assert (state.keys.infos, state.keys.deleting) == ((), "")


def test_a_missing_keystore_is_told_and_can_be_tried_again(
    state: AppState, key: str, run: Run[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> list[KeyInfo]:
        raise KeystoreMissing

    with monkeypatch.context() as patch:
        patch.setattr(state.services.keystore, "list", missing)
        run(state.keys.load())
    assert isinstance(state.keys.unreachable, KeystoreMissing)
    assert state.keys.info is None
    run(state.keys.load())
    assert state.keys.unreachable is None
    assert state.keys.info is not None and state.keys.info.name == key


def test_no_secret_is_left_behind_or_printed(state: AppState) -> None:
    fill(state.keys.form, passphrase="frasa")
    assert PIN not in repr(state.keys.form)
    assert "frasa" not in repr(state.keys.form)
    state.keys.form.forget_secrets()
    assert (state.keys.form.pin, state.keys.form.again, state.keys.form.passphrase) == ("", "", "")
    assert state.keys.form.name == " Maria Contoh "


def test_a_form_that_is_left_keeps_no_complaint(state: AppState, run: Run[Any]) -> None:
    run(state.keys.create())
    assert isinstance(state.keys.problem, PersonNameMissing)
    state.keys.leave_form()
    assert state.keys.problem is None
