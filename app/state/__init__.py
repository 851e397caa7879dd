"""What the screens show: methods await actions, then change it. No widget is known here."""

from app.state.root import AppState

__all__ = ["AppState"]
