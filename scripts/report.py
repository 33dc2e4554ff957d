"""Step `report`: the results of a run for people: a page, and a short text for pull requests.

In: the analysis and record of a run, its comparison with others, and what conversion and check noted.
Out: `report.html`, one file that opens from disk, and `report.md`, both in the run's folder; the same
bytes from the same inputs. It also adds the run to the table of all runs, and to its record in wandb.
"""

from pathlib import Path

import typer

from scripts.files import atomic
from scripts.files.step import run as run_step
from scripts.files.terminal import say
from scripts.reporting.markdown import markdown
from scripts.reporting.page import page
from scripts.reporting.report_data import ReportData, read_report_data
from scripts.reporting.summary import MINUS, summarise
from scripts.reporting.wandb_figures import record_figures
from scripts.settings.base import read_settings
from scripts.settings.report import ReportSettings
from scripts.tracking import table
from scripts.tracking.row import CONFIG, config_of

FIRST = 3  # pieces of advice on the console

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def report_cli(
    run: Path = typer.Argument(
        ..., help="The run's folder, with analysis.json", exists=True, file_okay=False
    ),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    lang: str = typer.Option("", help="Language code, which begins the pipeline's name"),
    name: str = typer.Option("", help="Name of the pipeline, for the title"),
    version: str = typer.Option("", help="Version of the pipeline, for the title"),
) -> None:
    """Write the report of a run: a page for people, and a short text for pull requests."""
    settings = read_settings(corpus, "report", ReportSettings)
    data = report(run, corpus, title(lang, name, version))
    page_path = run / "report.html" if settings.wandb_texts else None
    table.add(run)
    record_figures(run, data.analysis, data.record, page_path)
    show(data, run)


def report(run: Path, corpus: Path, pipeline: str = "") -> ReportData:
    """Write report.html and report.md to the run's folder, and return what they were made from."""
    data = read_report_data(run, corpus, pipeline, config_of(run / CONFIG)[0])
    atomic.write_text(run / "report.html", page(data))
    atomic.write_text(run / "report.md", markdown(data))
    return data


def title(lang: str, name: str, version: str) -> str:
    """Return name and version of a pipeline as its wheel has them: `en_entities 0.1.0`."""
    full_name = "_".join(filter(None, (lang, name.removeprefix(f"{lang}_"))))
    return f"{full_name} {version}".strip() if name else ""


def show(data: ReportData, run: Path) -> None:
    """Print the headline, the gain, the first pieces of advice, and where everything is."""
    for statement in summarise(data.analysis):
        say(statement.line.replace(MINUS, "-"))
    for number, advice in enumerate(data.analysis["advice"][:FIRST], 1):
        say(f"{number}. {' '.join(advice['action'].split())}")
    say(
        f"Report: {(run / 'report.html').as_posix()} (report.md, next to it, is a short version "
        "for pull requests)"
    )
    say(f"Pipeline: {(run / 'pipeline').as_posix()}")


if __name__ == "__main__":
    run_step(app)
