"""Answers that come late: Flet 1.0.5 ends the connection when a control that was asked is gone.

A person who taps twice quickly leaves a screen while its list still scrolls; that must end nothing.
Flet is pinned, and `tests/views/test_late.py` says when this is no longer needed.
"""

from __future__ import annotations

from typing import Any

from flet.messaging.session import Session

_theirs = Session.handle_invoke_method_results


def accept(session: Session, control_id: int, call_id: str, result: Any, error: str | None) -> None:
    """Hand the answer to whoever waits for it, also where the control has left the screen."""
    try:
        _theirs(session, control_id, call_id, result, error)
    except RuntimeError:
        calls = session._Session__method_calls  # type: ignore[attr-defined]
        waiting = calls.pop(call_id, None)
        if waiting is not None:
            session._Session__method_call_results[waiting] = (result, error)  # type: ignore[attr-defined]
            waiting.set()


def forgive() -> None:
    """Let every session accept late answers. Doing so twice changes nothing."""
    Session.handle_invoke_method_results = accept  # type: ignore[assignment,method-assign]
