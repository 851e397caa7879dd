"""The unlocked time: which documents, how many, how long, and that nothing stays afterwards."""

from __future__ import annotations

import gc
import itertools
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import pytest

from app import errors
from app.crypto import certificates
from app.crypto.keystore.session import MAX_COUNT, MAX_SECONDS, Session
from app.crypto.keystore.software import SoftwareKey
from tests import pki
from tests.contracts.signing_key import NewKey, SigningKeyContract
from tests.crypto.keystore.doubles import Clock

FIRST, SECOND, FOREIGN = (sha256(text).digest() for text in (b"first", b"second", b"foreign"))


def fresh_key() -> SoftwareKey:
    return pki.identity().signing_key()


def open_session(
    clock: Clock,
    sha256s: tuple[bytes, ...] = (FIRST, SECOND),
    seconds: float = 60,
    count: int = 9,
) -> Session:
    key = fresh_key()
    info = certificates.key_info("Budi", key.chain, key.algorithm)
    return Session(info, key, sha256s, clock.now, seconds, count, clock.monotonic)


class TestSessionKey(SigningKeyContract):
    @pytest.fixture
    def new_key(self, clock: Clock) -> NewKey:
        hashes = [sha256(bytes([n])).digest() for n in range(self.tries + 1)]
        session = open_session(clock, tuple(hashes), count=len(hashes))
        pool = itertools.count()
        return lambda: session.key_for(hashes[next(pool)])


def refuses(session: Session, document: bytes = FIRST) -> None:
    with pytest.raises(errors.SessionEnded):
        session.key_for(document).sign(b"")


def refuses_what_is_not_listed(clock: Clock) -> None:
    session = open_session(clock)
    refuses(session, FOREIGN)
    assert session.key_for(FIRST).sign(b"")


def test_only_listed_documents_are_signed(clock: Clock) -> None:
    refuses_what_is_not_listed(clock)


def test_planted_a_session_that_ignores_its_list_is_noticed(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "_live_key", lambda self, document: self._key)
    with pytest.raises(pytest.fail.Exception):
        refuses_what_is_not_listed(clock)


def test_each_listed_document_is_signed_once(clock: Clock) -> None:
    session = open_session(clock)
    key = session.key_for(FIRST)
    key.sign(b"")
    with pytest.raises(errors.SessionEnded):
        key.sign(b"")
    refuses(session)
    assert session.sha256s == (SECOND,)


def test_a_key_that_was_only_asked_for_uses_nothing_up(clock: Clock) -> None:
    session = open_session(clock)
    one, other = session.key_for(FIRST), session.key_for(FIRST)
    assert session.sha256s == (FIRST, SECOND)
    one.sign(b"")
    with pytest.raises(errors.SessionEnded):
        other.sign(b"")


def test_a_document_listed_twice_is_signed_twice(clock: Clock) -> None:
    session = open_session(clock, (FIRST, FIRST))
    session.key_for(FIRST).sign(b"")
    assert session.sha256s == (FIRST,)
    session.key_for(FIRST).sign(b"")
    refuses(session)


def test_the_count_is_kept(clock: Clock) -> None:
    session = open_session(clock, count=1)
    session.key_for(FIRST).sign(b"")
    refuses(session, SECOND)
    assert session.remaining().sha256s == ()


def test_the_time_is_kept(clock: Clock) -> None:
    session = open_session(clock, seconds=60)
    key = session.key_for(FIRST)
    clock.wait(59.9)
    key.sign(b"")
    key = session.key_for(SECOND)
    clock.wait(0.1)
    with pytest.raises(errors.SessionEnded):
        key.sign(b"")
    refuses(session, SECOND)


def test_the_time_is_kept_over_a_sleep_that_stops_the_monotonic_clock(clock: Clock) -> None:
    session = open_session(clock, seconds=60)
    assert session.key_for(FIRST, clock.now + timedelta(seconds=59))
    with pytest.raises(errors.SessionEnded):
        session.key_for(FIRST, clock.now + timedelta(seconds=60))
    refuses(session)


def test_a_clock_turned_back_does_not_lengthen_it(clock: Clock) -> None:
    session = open_session(clock, seconds=60)
    clock.wait(60)
    with pytest.raises(errors.SessionEnded):
        session.key_for(FIRST, clock.now - timedelta(days=1))


def test_time_and_count_are_bounded(clock: Clock) -> None:
    session = open_session(clock, seconds=1e9, count=10**9)
    remaining = session.remaining()
    assert (remaining.seconds, remaining.count) == (MAX_SECONDS, MAX_COUNT)
    assert session.expires_at == clock.now + timedelta(seconds=MAX_SECONDS)


def test_the_screen_sees_what_is_left(clock: Clock) -> None:
    session = open_session(clock)
    clock.wait(20)
    session.key_for(SECOND).sign(b"")
    remaining = session.remaining()
    assert (remaining.seconds, remaining.count, remaining.sha256s) == (40, 8, (FIRST,))
    assert session.info.person.name == pki.TALLO.name


def test_locked_at_once(clock: Clock) -> None:
    session = open_session(clock)
    key = session.key_for(FIRST)
    session.lock()
    with pytest.raises(errors.SessionEnded):
        key.sign(b"")
    refuses(session)
    assert (session.remaining().seconds, session.remaining().count, session.sha256s) == (0, 0, ())
    session.lock()


def test_leaving_the_context_locks(clock: Clock) -> None:
    with open_session(clock) as session:
        session.key_for(FIRST).sign(b"")
    refuses(session, SECOND)


def test_locked_from_another_thread_while_signing(clock: Clock) -> None:
    inside, go_on = threading.Event(), threading.Event()

    class Slow(SoftwareKey):
        def sign(self, data: bytes) -> bytes:
            inside.set()
            assert go_on.wait(10)
            return super().sign(data)

    key = Slow(pki.identity().key, pki.identity().chain)
    info = certificates.key_info("Budi", key.chain, key.algorithm)
    session = Session(info, key, (FIRST, SECOND), clock.now, 60, 9, clock.monotonic)
    with ThreadPoolExecutor(1) as pool:
        signing = pool.submit(session.key_for(FIRST).sign, b"")
        assert inside.wait(10)
        session.lock()  # does not wait for the signature
        refuses(session, SECOND)
        go_on.set()
        assert signing.result(10)


@pytest.mark.parametrize("end", ["lock", "expire", "use up"])
def test_nothing_holds_the_key_after_the_end(clock: Clock, end: str) -> None:
    key = fresh_key()
    info = certificates.key_info("Budi", key.chain, key.algorithm)
    session = Session(info, key, (FIRST,), clock.now, 60, 1, clock.monotonic)
    alive = weakref.ref(key)
    del key
    one = session.key_for(FIRST)
    if end == "lock":
        session.lock()
    elif end == "expire":
        clock.wait(60)
        session.remaining()
    else:
        one.sign(b"")
    gc.collect()
    assert alive() is None


def test_planted_a_kept_reference_is_noticed(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "_end", lambda self: self._open.clear())
    with pytest.raises(AssertionError):
        test_nothing_holds_the_key_after_the_end(clock, "lock")
