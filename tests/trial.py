"""`./dev trial [COMMAND...]`: a command, or a shell, whose keyring and home vanish after it.

For machines without a desktop session, and for trying things out: a real Secret Service, none of
the person's own keys.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.secret_service import secret_service


@contextmanager
def trial_home() -> Iterator[dict[str, str]]:
    """The environment of this process, led to a keyring and a home of their own."""
    with secret_service() as elsewhere:
        kept = {name: value for name, value in os.environ.items() if name != "TEKEN_HOME"}
        yield kept | elsewhere | {"PATH": os.environ["PATH"]}


def main(command: Sequence[str]) -> int:
    with trial_home() as environment:
        try:
            return subprocess.run(command or ["sh"], env=environment, check=False).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
