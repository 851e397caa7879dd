"""An answer for a control that has left the screen reaches who waits, and ends nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from flet.messaging.session import Session

from app.views import late


def bare() -> tuple[Session, asyncio.Event, dict[Any, Any]]:
    """A session that knows no control, and somebody who waits for an answer."""
    session = Session.__new__(Session)
    waiting, results = asyncio.Event(), {}
    session._Session__index = {}  # type: ignore[attr-defined]
    session._Session__method_calls = {"call": waiting}  # type: ignore[attr-defined]
    session._Session__method_call_results = results  # type: ignore[attr-defined]
    return session, waiting, results


def test_flet_still_ends_the_connection() -> None:
    """When this fails, Flet has mended it, and `late` can go."""
    session, _, _ = bare()
    with pytest.raises(RuntimeError):
        late._theirs(session, 7, "call", None, None)


def test_a_late_answer_is_handed_over() -> None:
    session, waiting, results = bare()
    late.accept(session, 7, "call", "scrolled", None)
    assert waiting.is_set()
    assert results == {waiting: ("scrolled", None)}


def test_an_answer_that_nobody_waits_for_is_dropped() -> None:
    session, waiting, _ = bare()
    late.accept(session, 7, "another", None, None)
    assert not waiting.is_set()


def test_forgiving_is_done_once() -> None:
    late.forgive()
    late.forgive()
    assert Session.handle_invoke_method_results is late.accept
