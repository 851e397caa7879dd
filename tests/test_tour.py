"""The tour ends well, and says so when something is amiss."""

from __future__ import annotations

import pytest

from tests import tour


def test_everything_on_the_tour_is_as_it_should_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert tour.main() == 0, capsys.readouterr().out
    assert capsys.readouterr().out.rstrip().endswith("All well.")


def test_planted_a_step_that_fails_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody made a key, so nothing can be signed."""
    monkeypatch.setattr(tour, "STEPS", (tour.sign_samples,))
    assert tour.main() == 1
    assert "NO  all are signed" in capsys.readouterr().out
