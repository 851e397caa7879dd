"""What the parts of the state share: what is being done, and what went wrong last."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.errors import InternalFault, TekenError


@dataclass(eq=False)
class Work:
    """`busy` is a message id while something is being done; `problem` stays until the next try."""

    busy: str = ""
    problem: TekenError | None = None

    @asynccontextmanager
    async def doing(
        self, what: str, wanted: Callable[[], bool] = lambda: True
    ) -> AsyncIterator[None]:
        """Show `what` meanwhile; whatever goes wrong ends here, as `problem`.

        Nothing more is shown once it is no longer `wanted`: something else is being done by then.
        """
        self.busy, self.problem = what, None
        try:
            yield
        except TekenError as error:
            self.problem = error if wanted() else self.problem
        except Exception as error:  # of the client's services; nothing else may reach the screen
            fault = InternalFault(what=type(error).__name__)
            self.problem = fault if wanted() else self.problem
        finally:
            self.busy = "" if wanted() else self.busy
