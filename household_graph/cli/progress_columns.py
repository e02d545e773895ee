"""What stands in a line that tells how far something has come."""

from rich.progress import (
    BarColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text


class _Done(ProgressColumn):
    """How much of how much: `1,200/7,043`; if that is not known, how much by now."""

    def render(self, task: Task) -> Text:
        if task.total is not None:
            return Text(f"{task.completed:,.0f}/{task.total:,.0f}", style="progress.download")
        return Text(f"{task.completed:,.0f}" if task.completed else "", style="progress.download")


class _Rate(ProgressColumn):
    """How much a second: `240/s`; nothing before the first is done."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


def columns_for(*, known: bool) -> tuple[ProgressColumn, ...]:
    """Return the columns for something whose total is known, or not."""
    said = TextColumn("{task.description}", markup=False)
    if not known:
        return SpinnerColumn(), said, _Done(), TimeElapsedColumn()
    # Numbers are never cut: where there is little room, it is the bar that is shorter.
    done, rate = _Done(Column(no_wrap=True)), _Rate(Column(no_wrap=True))
    left = TimeRemainingColumn(compact=True, table_column=Column(no_wrap=True))
    return said, BarColumn(bar_width=20), done, rate, left
