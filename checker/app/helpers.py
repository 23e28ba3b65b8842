"""Processes that help to answer the questions of an audit, one for each core."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

#: processes at most, and questions that one is given at a time
MOST, AT_A_TIME = 16, 16
#: things that may be made before a helper looks for those that nobody needs any more; most are gone long before
_RARELY = 200_000

Answer = Callable[[Any], Any]


class Helpers:
    """`make`, called in each of them with `arguments`, gives what answers there. They start when they are first needed, or when told to."""

    def __init__(self, make: Callable[..., Answer], arguments: tuple[Any, ...]) -> None:
        self._make = make, arguments
        self._pool: ProcessPoolExecutor | None = None
        self._begun: dict[Any, Future[Any]] = {}

    @staticmethod
    def possible() -> bool:
        """Are there cores for them?"""
        return (os.cpu_count() or 1) > 1

    @property
    def started(self) -> bool:
        """Are they there already?"""
        return self._pool is not None

    def start(self) -> ProcessPoolExecutor:
        """Start them, so that they are ready when the first question comes."""
        if self._pool is None:
            from concurrent.futures import ProcessPoolExecutor
            from multiprocessing import get_context

            many = min(os.cpu_count() or 1, MOST)
            self._pool = ProcessPoolExecutor(many, get_context(_way()), _begin, self._make)
            with _ctrl_c_is_ours():
                for _ in range(many):
                    self._pool.submit(_ready)
        return self._pool

    def begin(self, expected: Iterable[Any]) -> None:
        """What they answer until they are asked: what probably will be. If it never is, they have read for it what other answers need."""
        pool = self.start()
        self._begun.update((one, pool.submit(_answer, one)) for one in expected if one not in self._begun)

    def answers(self, asked: Sequence[Any]) -> Iterator[Any]:
        """The answer to each, in order."""
        begun = {one: answer for one, answer in self._begun.items() if not answer.cancel()}
        others = self.start().map(_answer, [one for one in asked if one not in begun], chunksize=AT_A_TIME)
        for one in asked:
            yield begun[one].result() if one in begun else next(others)

    def end(self) -> None:
        """End them; what is not answered yet will not be."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _way() -> str:
    """Copies of this process, which have loaded all that it has, where it is one thread alone; of more, the locks they hold would be copied: fresh ones."""
    threads = os.listdir("/proc/self/task") if sys.platform == "linux" else ()
    return "fork" if len(threads) == 1 else "spawn"


@contextmanager
def _ctrl_c_is_ours() -> Iterator[None]:
    """Processes started meanwhile never see Ctrl-C: they are ended by who started them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_HERE: list[Answer] = []


def _begin(make: Callable[..., Answer], arguments: tuple[Any, ...]) -> None:
    from multiprocessing import parent_process

    threading.Thread(target=end_with, args=(parent_process(),), daemon=True).start()
    _HERE[:] = [make(*arguments)]
    gc.freeze()
    gc.set_threshold(_RARELY)


def end_with(parent: Any) -> None:
    """End this process once the one that started it is gone: who is killed cannot stop its helpers any more."""
    parent.join()
    os._exit(1)


def _ready() -> None:
    """Nothing to answer."""


def _answer(asked: Any) -> Any:
    return _HERE[0](asked)
