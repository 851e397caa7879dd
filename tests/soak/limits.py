"""Run a function in a forked child with bounds on time and memory: it cannot hang or crash us."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any


class Broken(Exception):
    """The child was killed, ran out of time or memory, or raised; the text says which."""


def bounded(work: Callable[..., Any], *arguments: Any, seconds: int, megabytes: int) -> Any:
    """The result of `work(*arguments)`, computed in a child. Raises Broken.

    Memory is what the child allocates (RLIMIT_DATA), the interpreter it was forked from included.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _in_child(writing, work, arguments, seconds, megabytes)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        raise Broken("hang" if number == signal.SIGALRM else f"crash by signal {number}")
    good, value = pickle.loads(answer)
    if not good:
        raise Broken(value)
    return value


def _in_child(
    writing: int, work: Callable[..., Any], arguments: tuple[Any, ...], seconds: int, megabytes: int
) -> None:
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - until the exit
        try:
            answer = (True, work(*arguments))
        except MemoryError:
            answer = (False, "memory")
        except BaseException as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            answer = (False, f"{error!r} at {last.filename}:{last.lineno}")
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answer, pipe)
    finally:
        os._exit(0)
