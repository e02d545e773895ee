"""Households made into lines by as many processes as there are processors, in their order."""

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from itertools import islice
from multiprocessing import get_context

from household_graph.imports.building.rows import Source
from household_graph.imports.bulk.lines import Lines, lines_of
from household_graph.imports.runs.import_run import ImportRun
from household_graph.imports.runs.readying import Readying, Work

_AT_A_TIME = 200  # households that go to another process together
_WAITING = 2  # such parts a process, so that none of them has to wait


def worked_off(works: Iterable[Work], source: Source, run: ImportRun) -> Iterator[Lines]:
    """Yield the lines of new households, some at a time, in the order in which they come.

    Args:
        works: what the export says of each; they are taken as they are needed.
        source: where the export comes from.
        run: the import.
    """
    remaining, count = iter(works), os.cpu_count() or 1
    waiting: deque[Future[Lines]] = deque()
    # Not by fork: a process that is split off while others hold locks can hang.
    context = get_context("spawn")
    with ProcessPoolExecutor(count, context, initializer=_leave_interrupts) as executor:
        try:
            while part := list(islice(remaining, _AT_A_TIME)):
                waiting.append(executor.submit(_lines, part, source, run))
                if len(waiting) > _WAITING * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


def _lines(works: Iterable[Work], source: Source, run: ImportRun) -> Lines:
    readying = Readying(source)
    lines = lines_of(filter(None, map(readying.ready, works)), run)
    return replace(lines, refused=(*readying.refused, *lines.refused))


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that was started by hand, which ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
