"""The steps of the journey, awaited one by one without a window: what each promises."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from app import actions, errors
from app.actions import Decision, Job, KeyFile, Outcome, Prepared, Services
from app.crypto.keystore import sealed
from app.crypto.keystore.keyring import KeyringKeystore
from app.crypto.keystore.session import Session
from app.crypto.verify.trust import Trust
from app.model import Person, Place, Rect
from app.services import batch, files, snapshot
from app.services.documents import Opened
from app.services.preview import Previews
from app.services.records import FileRecords
from app.services.sandbox import judge
from tests import oracles, pki
from tests.commands import signed, slip, slips
from tests.crypto.keystore.doubles import Clock, MemoryVault

Open = Callable[[Path | bytes], Opened]
PIN = "471193"
PLACE = Place(1, Rect(100, 100, 220, 80))
STEPS = {
    name: step
    for name, step in vars(actions).items()
    if inspect.iscoroutinefunction(step) and not name.startswith("_")
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setattr(sealed, "SCRYPT_N", 2**4)  # its cost is not what these tests are about
    keystore = KeyringKeystore(
        FileRecords(tmp_path / "home"), MemoryVault(), clock.monotonic, os.urandom
    )
    return Services(
        judge=judge,
        trust=lambda _: Trust(),
        keystore=keystore, preview=Previews(), clock=lambda: clock.now, monotonic=clock.monotonic,
        random=os.urandom, link_base="https://teken.example", results=None,
    )  # fmt: skip


@pytest.fixture
def key_file() -> KeyFile:
    return await_(actions.open_key_file(pki.identity().pkcs12("rahasia"), "rahasia"))


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    return tmp_path / slips(tmp_path, 1)[0]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens documents, and closes them behind the test."""
    documents: list[Opened] = []

    def open_document(source: Path | bytes) -> Opened:
        documents.append(await_(actions.open_document(source)))
        return documents[-1]

    yield open_document
    for document in documents:
        document.close()


@pytest.fixture
def document(opened: Open, letter: Path) -> Opened:
    """The letter, opened."""
    return opened(letter)


def await_(step: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(step)


def session(services: Services, key_file: KeyFile, *sha256s: bytes, **bounds: float) -> Session:
    made: Session = await_(actions.use_key_file(services, key_file, sha256s, **bounds))
    return made


def is_valid(path: Path) -> bool:
    return [(v.valid, v.whole) for v in oracles.pdfsig(path)] == [(True, True)]


# -- every step --------------------------------------------------------------------------------


class Broken:
    """An argument that fails in a foreign way wherever it is touched."""

    def __getattr__(self, name: str) -> NoReturn:
        raise RuntimeError(name)


def arguments(step: Callable[..., Any]) -> list[Broken]:
    parameters = inspect.signature(step).parameters.values()
    return [Broken() for each in parameters if each.default is each.empty]


def test_the_steps_are_found() -> None:
    assert {"open_document", "preview", "unlock", "sign", "prepare_batch"} <= STEPS.keys()


@pytest.mark.parametrize("name", STEPS)
def test_a_foreign_exception_becomes_a_fault_that_keeps_its_cause(name: str) -> None:
    step = STEPS[name]
    with pytest.raises(errors.InternalFault) as caught:
        await_(step(*arguments(step)))
    cause = caught.value.__cause__
    assert isinstance(cause, RuntimeError | TypeError)
    assert caught.value.details == {"what": type(cause).__name__}


@pytest.mark.parametrize("name", STEPS)
def test_no_step_holds_up_the_loop(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(actions, "guarded", lambda *_: seen.append(threading.get_ident()))
    await_(STEPS[name](*arguments(STEPS[name])))
    assert len(seen) == 1
    assert seen != [threading.get_ident()]


def test_our_own_faults_pass_as_they_are(services: Services) -> None:
    with pytest.raises(errors.KeyNotFound) as caught:
        await_(actions.find_key(services, "lain"))
    assert caught.value.details == {"name": "lain"}


# -- see ---------------------------------------------------------------------------------------


def test_a_document_is_opened_seen_and_closed(services: Services, document: Opened) -> None:
    assert await_(actions.preview(services, document, 1, 200)).startswith(b"\xff\xd8")
    proposal = await_(actions.propose_stamp(services, document, None, pki.TALLO))
    assert proposal.place is not None
    picture = await_(actions.draw_stamp(services, None, pki.TALLO, proposal.size, 300))
    assert picture.startswith(b"\xff\xd8")
    await_(actions.close_document(document))
    with pytest.raises(errors.DamagedPdf):
        await_(actions.preview(services, document, 1, 201))


# -- keys --------------------------------------------------------------------------------------


def test_a_key_is_made_found_and_deleted(services: Services) -> None:
    person = Person("Budi Contoh")
    info = await_(actions.create_key(services, "utama", person, PIN))
    assert await_(actions.list_keys(services)) == (info,)
    assert await_(actions.find_key(services)) == await_(actions.find_key(services, "utama")) == info
    assert actions.label(info) == "TIDAK TERSERTIFIKASI - UJI"
    await_(actions.delete_key(services, "utama"))
    with pytest.raises(errors.KeyNotFound):
        await_(actions.find_key(services))


def test_a_key_file_moves_in_as_its_certificate_says(services: Services) -> None:
    p12 = pki.identity("rsa2048").pkcs12("rahasia")
    info = await_(actions.import_key(services, "dinas", p12, "rahasia", PIN))
    assert (info.person.name, info.self_made) == (pki.TALLO.name, False)
    assert info.chain == pki.identity("rsa2048").chain


def test_of_several_keys_one_must_be_named(services: Services) -> None:
    for name in ("camat", "lurah"):
        await_(actions.create_key(services, name, Person(name), PIN))
    with pytest.raises(errors.KeyNotChosen) as caught:
        await_(actions.find_key(services))
    assert caught.value.details == {"names": "camat, lurah"}


def test_a_name_is_the_same_however_it_is_composed(services: Services) -> None:
    info = await_(actions.create_key(services, "Andr\u00e9", Person("Andre"), PIN))
    assert await_(actions.find_key(services, "Andre\u0301")) == info


def test_a_damaged_key_is_not_called_missing(services: Services, tmp_path: Path) -> None:
    await_(actions.create_key(services, "utama", Person("Budi"), PIN))
    (record,) = (tmp_path / "home").iterdir()
    record.write_bytes(b"x")
    with pytest.raises(errors.KeyDamaged):
        await_(actions.find_key(services, "utama"))
    assert await_(actions.damaged_keys(services)) == (record.stem,)


def test_a_pin_is_tried_once_for_each_call(services: Services) -> None:
    await_(actions.create_key(services, "utama", Person("Budi"), PIN))
    for expected in (*[errors.WrongPin] * 4, errors.PinDelayed):
        with pytest.raises(expected):
            await_(actions.unlock(services, "utama", "000001", [bytes(32)]))


# -- sign --------------------------------------------------------------------------------------


def test_a_signed_file_is_what_is_said_of_it(
    services: Services, key_file: KeyFile, letter: Path, document: Opened
) -> None:
    unlocked = session(services, key_file, document.sha256)
    decision = Decision(visible=True, place=PLACE, reason="Setuju")
    saved = await_(actions.sign(services, document, unlocked, decision))
    result = letter.with_name(signed(letter.name))
    assert (saved.path, saved.place, saved.self_made) == (result, PLACE, False)
    assert saved.sha256 == hashlib.sha256(result.read_bytes()).digest()
    assert saved.appended_bytes == len(result.read_bytes()) - len(letter.read_bytes())
    assert saved.ms > 0
    assert is_valid(result)
    assert await_(actions.contents(saved)) == result.read_bytes()


def test_what_was_shown_is_signed_whatever_became_of_the_file(
    services: Services, key_file: KeyFile, letter: Path, document: Opened
) -> None:
    letter.write_bytes(slip(99))
    unlocked = session(services, key_file, document.sha256)
    saved = await_(actions.sign(services, document, unlocked, Decision()))
    assert saved.path.read_bytes().startswith(slip(0))
    assert letter.read_bytes() == slip(99)


def test_a_copy_that_is_not_what_was_shown_is_refused(
    services: Services, key_file: KeyFile, letter: Path, document: Opened
) -> None:
    shown = document
    changed = replace(shown, content=snapshot.take(slip(99)))
    unlocked = session(services, key_file, shown.sha256)
    with pytest.raises(errors.DocumentChanged):
        await_(actions.sign(services, changed, unlocked, Decision()))
    assert list(letter.parent.glob("slip*")) == [letter]
    assert unlocked.sha256s == (shown.sha256,)  # nothing was signed


@pytest.mark.parametrize("end", ["used up", "not listed", "locked", "expired"])
def test_no_session_signs_more_than_it_was_unlocked_for(
    services: Services, key_file: KeyFile, letter: Path, clock: Clock, end: str, document: Opened
) -> None:
    listed = bytes(32) if end == "not listed" else document.sha256
    unlocked = session(services, key_file, listed, seconds=60)
    if end == "used up":
        await_(actions.sign(services, document, unlocked, Decision()))
    elif end == "locked":
        await_(actions.lock(unlocked))
    elif end == "expired":
        clock.wait(60)
    before = sorted(letter.parent.iterdir())
    with pytest.raises(errors.SessionEnded):
        await_(actions.sign(services, document, unlocked, Decision()))
    assert sorted(letter.parent.iterdir()) == before


def test_a_result_takes_a_free_name_and_never_another_file_s(
    services: Services, key_file: KeyFile, letter: Path, document: Opened
) -> None:
    unlocked = session(services, key_file, *[document.sha256] * 3)
    result = letter.with_name(signed(letter.name))
    result.write_bytes(b"of somebody else")
    saved = await_(actions.sign(services, document, unlocked, Decision()))
    assert saved.path.name == f"{result.stem} (2).pdf"
    with pytest.raises(errors.TargetExists):
        await_(actions.sign(services, document, unlocked, Decision(), result))
    with pytest.raises(errors.TargetExists):
        await_(actions.export(saved, result))
    assert result.read_bytes() == b"of somebody else"
    assert await_(actions.export(saved, letter.with_name("c.pdf"))).read_bytes().startswith(slip(0))


def test_results_go_to_their_folder_where_there_is_one(
    services: Services, key_file: KeyFile, tmp_path: Path, opened: Open
) -> None:
    services = replace(services, results=tmp_path / "signed")
    document = opened(slip(1))
    unlocked = session(services, key_file, document.sha256)
    saved = await_(actions.sign(services, document, unlocked, Decision()))
    assert saved.path == tmp_path / "signed" / "dokumen-ditandatangani.pdf"


def test_what_a_killed_run_left_beside_it_is_swept(
    services: Services, key_file: KeyFile, document: Opened, letter: Path
) -> None:
    left = letter.with_name(".teken-0123456789abcdef.part")
    left.write_bytes(b"half")
    unlocked = session(services, key_file, document.sha256)
    await_(actions.sign(services, document, unlocked, Decision()))
    assert not left.exists()


def test_a_link_tells_nothing_and_is_never_given_twice(services: Services) -> None:
    links = {actions.new_link(services) for _ in range(1000)}
    assert len(links) == 1000
    start = "https://teken.example/v/"
    assert all(link.startswith(start) and len(link) == len(start) + 26 for link in links)


def test_a_small_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "pin").write_bytes(b"471193")
    assert await_(actions.read_file(tmp_path / "pin", 6)) == b"471193"
    with pytest.raises(errors.FileUnreadable):
        await_(actions.read_file(tmp_path / "pin", 5))


def test_a_cancelled_signing_leaves_a_whole_file_or_none(
    services: Services,
    key_file: KeyFile,
    letter: Path,
    monkeypatch: pytest.MonkeyPatch,
    document: Opened,
) -> None:
    unlocked = session(services, key_file, document.sha256)
    at_work, go_on = threading.Event(), threading.Event()
    sync = files.NewFile.sync

    def slow(new: files.NewFile) -> None:
        at_work.set()
        assert go_on.wait(20)
        sync(new)

    async def cancelled() -> None:
        task = asyncio.create_task(actions.sign(services, document, unlocked, Decision()))
        await asyncio.to_thread(at_work.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert list(letter.parent.glob("slip*")) == [letter]
        go_on.set()

    monkeypatch.setattr(files.NewFile, "sync", slow)
    asyncio.run(cancelled())  # waits for the threads
    results = sorted(letter.parent.glob("slip*-*-*"))
    assert all(map(is_valid, results))
    assert not list(letter.parent.glob(".teken*"))


# -- many at once ------------------------------------------------------------------------------


@pytest.fixture
def prepared(services: Services, key_file: KeyFile, tmp_path: Path) -> list[Prepared]:
    """Eighty letters that are ready to be signed into a folder."""
    sources = [tmp_path / name for name in slips(tmp_path, 80)]
    jobs = actions.plan_batch(services, sources, out_dir=tmp_path / "out")
    return list(await_(actions.prepare_batch(jobs, key_file.info)))


def session_for(services: Services, key_file: KeyFile, prepared: list[Prepared]) -> Session:
    return session(services, key_file, *(item.sha256 for item in prepared))


async def sign_all(
    services: Services, prepared: list[Prepared], unlocked: Session, stop_after: int = 1000
) -> list[Outcome]:
    outcomes = []
    async with aclosing(actions.sign_batch(services, prepared, unlocked, Decision())) as run:
        async for outcome in run:
            outcomes.append(outcome)
            if len(outcomes) == stop_after:
                break
    return outcomes


def results(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "out").iterdir())


def all_whole(paths: list[Path]) -> bool:
    originals = [path.parent.parent / path.name.replace("-ditandatangani", "") for path in paths]
    return all(
        path.read_bytes().startswith(original.read_bytes())
        and path.read_bytes().endswith(b"%%EOF\n")
        for path, original in zip(paths, originals, strict=True)
    ) and is_valid(paths[-1])


def test_a_plan_says_where_each_file_goes(services: Services) -> None:
    a, b = Path("x/a.pdf"), Path("y/b.pdf")
    beside = [Job(a, Path("x") / signed("a.pdf")), Job(b, Path("y") / signed("b.pdf"))]
    assert actions.plan_batch(services, [a, b]) == beside
    assert actions.plan_batch(services, [a], out=Path("c.pdf")) == [Job(a, Path("c.pdf"))]
    (job,) = actions.plan_batch(services, [a], out_dir=Path("z"))
    assert job.target == Path("z") / signed("a.pdf")


def test_many_are_signed_by_one_session(
    services: Services, key_file: KeyFile, prepared: list[Prepared], tmp_path: Path
) -> None:
    outcomes = await_(sign_all(services, prepared, session_for(services, key_file, prepared)))
    assert [outcome.job for outcome in outcomes] == [item.job for item in prepared]
    assert all(outcome.made for outcome in outcomes)
    assert all_whole(results(tmp_path))


def test_one_that_changed_since_it_was_hashed_is_refused(
    services: Services, key_file: KeyFile, prepared: list[Prepared], tmp_path: Path
) -> None:
    prepared[5].job.source.write_bytes(slip(99))
    outcomes = await_(sign_all(services, prepared, session_for(services, key_file, prepared)))
    faults = [(n, type(outcome.fault)) for n, outcome in enumerate(outcomes) if outcome.fault]
    assert faults == [(5, errors.DocumentChanged)]
    assert not prepared[5].job.target.exists()
    assert len(results(tmp_path)) == 79


def test_a_session_that_is_locked_meanwhile_signs_no_more(
    services: Services, key_file: KeyFile, prepared: list[Prepared], tmp_path: Path
) -> None:
    unlocked = session_for(services, key_file, prepared)

    async def locking() -> list[Outcome]:
        outcomes = []
        async for outcome in actions.sign_batch(services, prepared, unlocked, Decision()):
            outcomes.append(outcome)
            await actions.lock(unlocked)
        return outcomes

    faults = [type(outcome.fault) for outcome in await_(locking()) if outcome.fault]
    assert set(faults) == {errors.SessionEnded}
    assert len(faults) + len(results(tmp_path)) == 80
    assert all_whole(results(tmp_path))


def test_an_iterator_that_is_closed_early_leaves_nothing_half(
    services: Services, key_file: KeyFile, prepared: list[Prepared], tmp_path: Path
) -> None:
    unlocked = session_for(services, key_file, prepared)
    outcomes = await_(sign_all(services, prepared, unlocked, stop_after=3))
    made = results(tmp_path)
    assert {outcome.job.target for outcome in outcomes} <= set(made)
    assert 3 <= len(made) < 80
    assert all_whole(made)


def test_a_cancelled_batch_finishes_what_it_began_and_says_cancelled(
    services: Services, key_file: KeyFile, prepared: list[Prepared], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    unlocked = session_for(services, key_file, prepared)
    at_work, go_on = threading.Event(), threading.Event()
    sync = files.NewFile.sync

    def slow(new: files.NewFile) -> None:
        at_work.set()
        assert go_on.wait(20)
        sync(new)

    async def cancelled() -> None:
        task = asyncio.create_task(sign_all(services, prepared, unlocked))
        await asyncio.to_thread(at_work.wait)
        task.cancel()
        await asyncio.sleep(0.01)
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        made = results(tmp_path)  # all that was begun: nothing comes later
        await asyncio.sleep(0.05)
        assert results(tmp_path) == made
        assert 0 < len(made) < 80

    monkeypatch.setattr(files.NewFile, "sync", slow)
    asyncio.run(cancelled())
    assert all_whole(results(tmp_path))


def test_a_foreign_exception_between_two_files_is_no_success(
    services: Services, key_file: KeyFile, prepared: list[Prepared],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def broken(*_: object) -> Any:
        raise RuntimeError("x")
        yield

    monkeypatch.setattr(batch, "run", broken)
    with pytest.raises(errors.InternalFault):
        await_(sign_all(services, prepared, session_for(services, key_file, prepared)))
