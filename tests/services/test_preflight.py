"""What is said before signing is what signing does: for every form of file that we know."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from app.crypto.sign import sign
from app.errors import NewFieldAfterCertification, PermissionDenied, TekenError
from app.model import Place, Rect
from app.services import preflight
from app.services.preflight import PreFlight
from tests import builders, pki
from tests.builders import FORMS, form, letter, prepared, request, seeded, signed
from tests.handmade import table


def look(data: bytes, password: str = "") -> PreFlight:
    return preflight.look(io.BytesIO(data), password)


def fault(data: bytes, password: str = "", field: str | None = None) -> type[TekenError] | None:
    """What the signer says: nothing, or why not."""
    wanted = request(password=password, field=field)
    try:
        sign(data, pki.identity("third").signing_key(), wanted)
    except TekenError as error:
        return type(error)
    return None


def plain(**parts: bytes) -> bytes:
    return table(letter(**parts), trailer=builders.TRAILER)  # type: ignore[arg-type]


LOCK_ALL = b"/Lock<</Type/SigFieldLock/Action/All>>"
REFUSED: dict[str, Callable[[], bytes]] = {
    "no PDF": lambda: b"Surat",
    "cut off": lambda: plain()[:200],
    "a password": lambda: builders.encrypted("256", user=builders.USER),
    "forbidden by its owner": lambda: builders.encrypted("256", "--modify=none"),
    "certified as final": lambda: signed(plain(), certify=1),
    "certified without a field": lambda: signed(plain(), certify=2),
    "locked by an earlier signature": lambda: signed(seeded(b"", LOCK_ALL), field="Kepala"),
    "a dynamic form": lambda: plain(catalog=b"/NeedsRendering true"),
    "only filling in, no field": lambda: builders.encrypted("256", "--modify=form", data=plain()),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_hinders_is_said_before(name: str) -> None:
    data = REFUSED[name]()
    found = look(data)
    assert type(found.obstacle) is fault(data)
    assert found.obstacle is not None


@pytest.mark.parametrize("name", FORMS)
def test_where_nothing_hinders_it_is_signed(name: str) -> None:
    known = form(name)
    found = look(known.data, known.password)
    assert found.obstacle is None
    refused = fault(known.data, known.password)
    if found.fields_only:
        assert refused in (None, NewFieldAfterCertification, PermissionDenied)
        assert found.fields
    else:
        assert refused is None
    for field in found.fields:
        assert fault(known.data, known.password, field.name) is None


def test_waiting_fields_are_named_with_their_places() -> None:
    data = prepared(plain(), "Kepala", "Kabid")
    places = {field.name: field.place for field in look(data).fields}
    assert places == {"Kepala": Place(1, Rect(300, 60, 200, 70)), "Kabid": None}


def test_signed_and_locked_fields_do_not_wait() -> None:
    data = prepared(plain(), "Kepala", "Kabid")
    once = look(signed(data, field="Kabid"))
    assert ([field.name for field in once.fields], once.signatures) == (["Kepala"], 1)
    locked = signed(seeded(b"", LOCK_ALL), field="Kepala")
    assert look(locked).fields == ()
