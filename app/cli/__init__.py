"""The `teken` command: the same steps as the window, without it.

Exit status: 0 all done, 1 something was refused, 2 called wrongly, 130 interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING

from app.errors import AnswerLost, InternalFault, TekenError, UsageFault

if TYPE_CHECKING:
    import argparse

    from app.cli.terminal import Terminal

OK, REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run the command with its arguments; returns the exit status and lets no exception out."""
    from app import wiring
    from app.cli.terminal import Terminal, abandon_broken_streams, open_missing_streams

    open_missing_streams()
    argv = sys.argv[1:] if argv is None else argv
    terminal = Terminal(wiring.words(language(argv, environ)), as_json="--json" in argv)
    try:
        return _run(argv, environ, terminal)
    except UsageFault as fault:
        terminal.fault(fault)
        return USAGE
    except AnswerLost as fault:
        terminal.lost(fault)
        return REFUSED
    except TekenError as fault:
        terminal.fault(fault)
        return REFUSED
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Python's own end would forget ours
        terminal.interrupted()
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output went away
        abandon_broken_streams()
        return REFUSED
    except Exception as error:
        if environ.get("TEKEN_DEBUG"):
            traceback.print_exception(error)
        terminal.fault(InternalFault(what=type(error).__name__))
        return REFUSED


def _run(argv: Sequence[str], environ: Mapping[str, str], terminal: Terminal) -> int:
    from app.cli import arguments

    chosen = arguments.parse(argv, terminal.words)
    import asyncio

    with ExitStack() as afterwards:
        afterwards.callback(signal.signal, signal.SIGINT, signal.getsignal(signal.SIGINT))
        try:
            return asyncio.run(_command(chosen, environ, terminal))
        except asyncio.CancelledError:
            afterwards.pop_all()  # the process ends: a further Ctrl+C ends it at once
            raise KeyboardInterrupt from None


def _stop_on_ctrl_c() -> None:
    """The first one ends the command behind what is begun, the second at once: both are safe."""
    import asyncio

    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop(*_: object) -> None:
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
        if task is not None:
            loop.call_soon_threadsafe(task.cancel)

    signal.signal(signal.SIGINT, stop)


async def _command(
    chosen: argparse.Namespace, environ: Mapping[str, str], terminal: Terminal
) -> int:
    from app import wiring
    from app.cli import keys, preflight, sign, verify

    _stop_on_ctrl_c()
    base, suffix = getattr(chosen, "link_base", ""), getattr(chosen, "suffix", None)
    services = wiring.services(environ, base, suffix)
    if chosen.command == "sign":
        return await sign.run(chosen, services, terminal)
    if chosen.command == "verify":
        return await verify.run(chosen, services, terminal)
    if chosen.command == "preflight":
        return await preflight.run(chosen, terminal)
    await keys.COMMANDS[chosen.key_command](chosen, services, terminal)
    return OK


def language(argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """--lang, else TEKEN_LANG, else English where the system speaks it, else Indonesian."""
    for option, value in pairwise([*argv, ""]):
        if option == "--":
            break
        if option == "--lang" or option.startswith("--lang="):
            return option.partition("=")[2] or value
    if chosen := environ.get("TEKEN_LANG"):
        return chosen[:2].lower()
    system = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "en" if system.lower().startswith("en") else "id"
