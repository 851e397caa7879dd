"""From the PIN to the signed files, and what is told where something fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app import actions
from app.actions import Services
from app.errors import PinDelayed, TargetNotWritable, WrongPin
from app.model import Place, Rect
from app.state import AppState
from app.state.document import DocumentState
from app.state.platform import Picked
from tests import oracles
from tests.crypto.keystore.doubles import Clock
from tests.state.conftest import PIN, Device, Run, letter


def opened(state: AppState, folder: Path, run: Run[Any], *names: str) -> None:
    """Open copies of the letter, as a browser would upload them."""
    picked = [Picked(letter(folder / str(n), name), True) for n, name in enumerate(names)]
    run(state.open(picked))


def type_pin(state: AppState, pin: str = PIN) -> None:
    state.signing.pin = pin


@pytest.mark.usefixtures("key")
def test_one_unlock_signs_all_and_locks_again(
    state: AppState, services: Services, device: Device, tmp_path: Path, run: Run[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    sessions: list[tuple[actions.Session, tuple[bytes, ...]]] = []
    unlock = actions.unlock

    async def watched(*args: Any) -> actions.Session:
        session = await unlock(*args)
        sessions.append((session, session.sha256s))
        return session

    monkeypatch.setattr(actions, "unlock", watched)
    opened(state, tmp_path, run, "a.pdf", "b.pdf", "c.pdf")
    hashes = tuple(each.opened.sha256 for each in state.documents)
    type_pin(state)
    run(state.sign())
    assert [listed for _, listed in sessions] == [hashes]
    assert sessions[0][0].sha256s == ()
    assert device.routes[-1] == "/result"
    assert [each.name for each in state.signing.signed] == ["a.pdf", "b.pdf", "c.pdf"]
    assert state.unsigned == []
    run(state.settle())
    assert state.documents == []
    for outcome in state.signing.outcomes:
        assert outcome.saved is not None and outcome.saved.self_made
        assert [(v.valid, v.whole) for v in oracles.pdfsig(outcome.saved.path)] == [(True, True)]
    run(state.next())
    assert device.routes[-1] == "/"


def signs_where_it_was_shown(state: AppState, folder: Path, run: Run[Any]) -> None:
    opened(state, folder, run, "a.pdf")
    assert state.document is not None
    state.document.stamp.put(1, Rect(100, 120, 220, 80))
    type_pin(state)
    run(state.sign())
    saved = state.signing.signed[0].saved
    assert saved is not None and saved.place == Place(1, Rect(100, 120, 220, 80))


@pytest.mark.usefixtures("key")
def test_the_place_that_was_shown_is_the_place_that_is_signed(
    state: AppState, tmp_path: Path, run: Run[Any]
) -> None:
    signs_where_it_was_shown(state, tmp_path, run)


@pytest.mark.usefixtures("key")
def test_another_place_is_noticed(
    state: AppState, tmp_path: Path, run: Run[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    anywhere = property(lambda self: actions.Decision(visible=True))
    monkeypatch.setattr(DocumentState, "decision", anywhere)
    with pytest.raises(AssertionError):
        signs_where_it_was_shown(state, tmp_path, run)


def signs_nothing_with_a_wrong_pin(state: AppState, folder: Path, run: Run[Any]) -> None:
    opened(state, folder, run, "a.pdf")
    type_pin(state, "000001")
    run(state.sign())
    assert isinstance(state.signing.problem, WrongPin)
    assert (state.signing.pin, state.signing.outcomes) == ("", ())
    assert state.services.results is not None
    assert list(state.services.results.iterdir()) == []
    assert len(state.documents) == 1


@pytest.mark.usefixtures("key")
def test_a_wrong_pin_signs_nothing_and_is_not_kept(
    state: AppState, tmp_path: Path, run: Run[Any]
) -> None:
    signs_nothing_with_a_wrong_pin(state, tmp_path, run)


@pytest.mark.usefixtures("key")
def test_a_pin_that_is_not_looked_at_is_noticed(
    state: AppState, tmp_path: Path, run: Run[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    unlock = actions.unlock

    async def careless(services: Services, name: str, _: str, *rest: Any) -> actions.Session:
        return await unlock(services, name, PIN, *rest)

    monkeypatch.setattr(actions, "unlock", careless)
    with pytest.raises(AssertionError):
        signs_nothing_with_a_wrong_pin(state, tmp_path, run)


@pytest.mark.usefixtures("key")
def test_many_wrong_pins_must_wait_and_the_wait_is_counted_down(
    state: AppState, clock: Clock, tmp_path: Path, run: Run[Any]
) -> None:
    opened(state, tmp_path, run, "a.pdf")
    for _ in range(4):
        type_pin(state, "000001")
        run(state.sign())
    assert state.signing.seconds_to_wait() == 30
    type_pin(state)
    run(state.sign())
    assert isinstance(state.signing.problem, PinDelayed)
    clock.wait(12)
    assert state.signing.seconds_to_wait() == 18
    clock.wait(20)
    assert state.signing.seconds_to_wait() == 0
    type_pin(state)
    run(state.sign())
    assert len(state.signing.signed) == 1
    assert state.signing.ready_at is None


@pytest.mark.usefixtures("key")
def test_a_file_that_fails_says_why_stops_no_other_and_stays_open(
    state: AppState, device: Device, tmp_path: Path, run: Run[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = actions.sign

    async def failing(services: Services, document: Any, *rest: Any) -> actions.Saved:
        if document.name == "b.pdf":
            raise TargetNotWritable(name="b.pdf")
        return await sign(services, document, *rest)

    monkeypatch.setattr(actions, "sign", failing)
    opened(state, tmp_path, run, "a.pdf", "b.pdf", "c.pdf")
    type_pin(state)
    run(state.sign())
    told = [(each.name, bool(each.saved), type(each.problem)) for each in state.signing.outcomes]
    assert told == [
        ("a.pdf", True, type(None)), ("b.pdf", False, TargetNotWritable),
        ("c.pdf", True, type(None)),
    ]  # fmt: skip
    run(state.settle())
    assert [each.opened.name for each in state.documents] == ["b.pdf"]
    run(state.next())
    assert device.routes[-1] == "/document"


@pytest.mark.usefixtures("key")
def test_what_is_not_begun_can_be_left_out(
    state: AppState, tmp_path: Path, run: Run[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = actions.sign

    async def stopping(*args: Any) -> actions.Saved:
        state.signing.stop()
        return await sign(*args)

    monkeypatch.setattr(actions, "sign", stopping)
    opened(state, tmp_path, run, "a.pdf", "b.pdf")
    type_pin(state)
    run(state.sign())
    assert [bool(each.saved) for each in state.signing.outcomes] == [True, False]
    assert state.signing.outcomes[1].problem is None
    assert state.signing.total == 2  # until the result is on the screen, progress is
    run(state.settle())
    assert state.signing.total == 0


@pytest.mark.usefixtures("key")
def test_a_document_left_out_is_not_on_the_list(
    state: AppState, tmp_path: Path, run: Run[Any]
) -> None:
    opened(state, tmp_path, run, "a.pdf", "b.pdf")
    state.include(state.documents[0], chosen=False)
    type_pin(state)
    run(state.sign())
    assert [each.name for each in state.signing.outcomes] == ["b.pdf"]
    assert [each.opened.name for each in state.unsigned] == ["a.pdf"]


def test_without_a_key_nothing_is_asked(state: AppState, tmp_path: Path, run: Run[Any]) -> None:
    opened(state, tmp_path, run, "a.pdf")
    type_pin(state)
    run(state.sign())
    assert state.signing.outcomes == ()


@pytest.mark.usefixtures("key")
def test_the_result_is_downloaded_copied_shown_and_shared(
    state: AppState, device: Device, tmp_path: Path, run: Run[Any]
) -> None:
    opened(state, tmp_path, run, "a.pdf")
    type_pin(state)
    run(state.sign())
    outcome = state.signing.signed[0]
    assert outcome.saved is not None
    made = outcome.saved.path.read_bytes()
    run(state.signing.save_copy(outcome, "title"))
    assert device.downloaded == {"a-ditandatangani.pdf": made}
    device.downloads, device.target = False, tmp_path / "copy.pdf"
    run(state.signing.save_copy(outcome, "title"))
    assert device.target.read_bytes() == made
    assert state.signing.copied_to == str(device.target)
    run(state.signing.open_folder(outcome.saved.path.parent))
    run(state.signing.share(outcome))
    assert (device.opened, device.shared) == ([outcome.saved.path.parent], [outcome.saved.path])


@pytest.mark.usefixtures("key")
def test_the_key_and_the_place_are_remembered(
    state: AppState, tmp_path: Path, run: Run[Any]
) -> None:
    opened(state, tmp_path, run, "a.pdf")
    assert state.document is not None
    state.document.location = " Kupang "
    type_pin(state)
    run(state.sign())
    assert (state.settings.key, state.settings.location) == ("utama", "Kupang")


@pytest.mark.usefixtures("key")
def test_no_pin_is_left_behind(state: AppState) -> None:
    type_pin(state)
    state.signing.forget_pin()
    assert state.signing.pin == ""
    assert PIN not in repr(state.signing)
