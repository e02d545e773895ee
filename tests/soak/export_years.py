"""Exports of a source, imported every week for a year, beside a plain model of them."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.property.export_years import WEEKS, ExportYears
from tests.soak.ground import Ground
from tests.soak.report import Report

__all__ = ["import_for_years"]


def import_for_years(_ground: Ground, report: Report) -> None:
    """After every export, and in the end for each week, the graph says what the model says."""
    while report.goes_on():
        seed = report.chance.random()
        with TemporaryDirectory() as folder:
            years = ExportYears(Path(folder), seed)
            try:
                years.take(years.file.tables(), is_full=True)
                for _week in range(WEEKS):
                    years.random_week()
                years.compare_history()
            except AssertionError as error:
                report.wrong(f"seed {seed}: {error}")
        report.tried()
