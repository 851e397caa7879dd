"""What the parts of the state share: what is being done, and what went wrong last."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.errors import InternalFault, TekenError


@dataclass(eq=False)
class Work:
    """`busy` is a message id while something is being done; `problem` stays until the next try."""

    busy: str = ""
    problem: TekenError | None = None

    @asynccontextmanager
    async def doing(self, what: str) -> AsyncIterator[None]:
        """Show `what` meanwhile; whatever goes wrong ends here, as `problem`."""
        self.busy, self.problem = what, None
        try:
            yield
        except TekenError as error:
            self.problem = error
        except Exception as error:  # of the client's services; nothing else may reach the screen
            self.problem = InternalFault(what=type(error).__name__)
        finally:
            self.busy = ""
