"""A disk that fills under the database: the cause is named, and what was told of comes back.

The disk is a tmpfs, which needs leave to mount one; where there is none, the part is left out.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from household_graph.cli.exit_codes import ExitCode
from tests.soak.ground import Ground
from tests.soak.report import Report

__all__ = ["fill_disk"]

_SMALL, _LARGE = "40m", "400m"
_HOUSEHOLDS = 40_000  # more than there is room for
_PATIENCE = 600  # seconds
_TOOL = (sys.executable, "-c", "from household_graph.cli.main import run; run()")


def fill_disk(ground: Ground, report: Report) -> None:
    """Import until the disk is full, make room, repair, and hold what is there to what was told."""
    while report.goes_on():
        with _disk(ground.folder, report) as disk:
            if disk is None:
                return
            environment = {**os.environ, "HOUSEHOLD_GRAPH_HOME": str(disk / "home")}
            environment["HOUSEHOLD_GRAPH_LOCAL"] = "1"
            try:
                _fill(ground.folder, disk, environment, report)
            finally:
                _run(environment, "db", "stop")
        report.tried()


def _fill(folder: Path, disk: Path, environment: Mapping[str, str], report: Report) -> None:
    loaded = _run(environment, "load", "seed/bakers.yaml")
    if loaded.returncode:
        report.wrong(f"nothing can be loaded: {loaded.stderr[-300:]}")
        return
    full = _run(environment, "import", "run", str(_export(folder)), "-p", "contacts-with-household")
    if full.returncode not in {ExitCode.DATABASE_UNAVAILABLE, ExitCode.OUTCOME_UNKNOWN}:
        report.wrong(f"the disk is full, and it ends in {full.returncode}: {full.stderr[-300:]}")
    if "Traceback" in full.stderr or "unexpected" in full.stderr:
        report.wrong(f"a full disk is told as {full.stderr[-300:]}")
    _mount("-o", f"remount,size={_LARGE}", str(disk))
    check = ("check", "bakers/katie", "bakers/live-tv", "-o", "json")
    answer = _run(environment, *check)
    if answer.returncode != ExitCode.DONE:
        if "db repair" not in answer.stderr + full.stderr:
            report.wrong(f"nobody names what helps: {answer.stderr[-300:]}")
        repaired = _run(environment, "db", "repair", "--yes")
        if repaired.returncode:
            report.wrong(f"`db repair` ends in {repaired.returncode}: {repaired.stderr[-300:]}")
        answer = _run(environment, *check)
    if answer.returncode != ExitCode.DONE or not json.loads(answer.stdout)["allowed"]:
        report.wrong(f"what was there before is not there: {answer.stderr[-300:]}")
    sick = _run(environment, "doctor", "--severity", "error")
    if sick.returncode != ExitCode.DONE:
        report.wrong(f"the doctor finds errors after it: {sick.stdout[-300:]}{sick.stderr[-200:]}")


def _export(folder: Path) -> Path:
    path = folder / "contacts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "household", "primary"))
        writer.writerows((f"C-{n}", f"{n}", "yes") for n in range(_HOUSEHOLDS))
    return path


def _run(environment: Mapping[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - this project
        [*_TOOL, *arguments],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )


def _mount(*arguments: str) -> bool:
    program = shutil.which("mount")
    return (
        bool(program)
        and not subprocess.run(  # noqa: S603 - a tmpfs of our own
            [str(program), *arguments], capture_output=True, check=False
        ).returncode
    )


@contextmanager
def _disk(folder: Path, report: Report) -> Iterator[Path | None]:
    disk = folder / "disk"
    disk.mkdir(exist_ok=True)
    if not _mount("-t", "tmpfs", "-o", f"size={_SMALL},mode=0700", "soak", str(disk)):
        report.left_out = "a tmpfs cannot be mounted here"
        yield None
        return
    try:
        yield disk
    finally:
        program = str(shutil.which("umount"))
        subprocess.run([program, str(disk)], check=False)  # noqa: S603 - what was mounted above
