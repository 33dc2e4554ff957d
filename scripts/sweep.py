"""Command `sweep`: search for better values of a config, and train the best again with other seeds.

In: `configs/sweep.yml`, a config, and the corpus. Out, in `training/sweep`: `best.cfg`, which `spacy
train` takes as it is; `sweep.html`, a page, and the same as `sweep.json`; and for each state of config,
corpus and sweep a folder with trials and a study (Optuna), from which an interrupted sweep goes on.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scripts.files import atomic
from scripts.files.step import run as run_step
from scripts.files.terminal import msg, printable, say
from scripts.reporting.sweep_page import shown, sweep_page
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.metrics import percent
from scripts.scoring.sweep import BEST, UNTOUCHED, SweepSummary, conclusions
from scripts.search.space import WrongSweep, read_sweep
from scripts.settings.base import read_settings
from scripts.settings.report import CompareSettings
from scripts.training.filling import Refusal
from scripts.trials.cluster import NoCluster
from scripts.trials.pool import LOCAL, Backend
from scripts.trials.prepare import Preparation
from scripts.trials.trial import FAILED, PRUNED, Result

if TYPE_CHECKING:  # optuna need not be installed
    from optuna import Study

    from scripts.search.running import Plan
    from scripts.search.summary import Again

REQUIREMENTS = "requirements-sweep.txt"
STUDY = "study.journal"
LONGEST = 300  # characters of a reason on the screen

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def sweep_cli(
    path: Path = typer.Argument(
        ..., help="The sweep, in the format of W&B", exists=True, dir_okay=False
    ),
    config: Path = typer.Argument(..., help="The config", exists=True, dir_okay=False),
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    output: Path = typer.Argument(..., help="Folder for trials and results"),
    seed: int = typer.Option(0, help="Seed of all trials, and of the choice of values"),
    seeds: int = typer.Option(3, help="How many other seeds the best trial is trained with", min=0),
    jobs: int = typer.Option(1, help="Trainings at once; 0: one for each core", min=0),
    backend: Backend = typer.Option(LOCAL, help="local, or ray for a cluster"),
    gpu_id: int = typer.Option(-1, help="GPU to train on, or -1 for the CPU"),
) -> None:
    """Search for better values of a config, and train the best again with other seeds."""
    if find_spec("optuna") is None:
        msg.fail("Optuna is not installed", f"Install it: pip install -r {REQUIREMENTS}", exits=1)
    from scripts.search.running import Plan, fingerprint_of
    from scripts.search.study import open_study
    from scripts.search.summary import summarise

    settings = read_settings(corpus, "sweep", CompareSettings)
    bootstrap = Bootstrap(settings.resamples, settings.confidence, seed)
    try:
        asked = read_sweep(path)
        plan = Plan(asked, config.as_posix(), corpus.as_posix(), output, seed, gpu_id, jobs, backend)
        plan = plan.within(fingerprint_of(plan)[:8])
        study = open_study(plan.folder / STUDY, plan.sweep)
        search(study, plan)
        again = repeat(study, plan, seeds)
    except (WrongSweep, Refusal, NoCluster) as error:
        msg.fail(printable(str(error), LONGEST), error.hint, exits=1)
    summary = summarise(study, plan, again, bootstrap, settings.permutations)
    write(output, plan, summary)
    show(output, summary)


def search(study: "Study", plan: "Plan") -> None:
    """Run the trials that are missing, and print what each reached."""
    from scripts.search.running import run_trials
    from scripts.search.study import ended, total

    there, planned = ended(study), total(plan.sweep)
    others = [path for path in plan.folder.parent.glob(f"*/{STUDY}") if path.parent != plan.folder]
    if not there and others:
        reason = "config, corpus, seed, packages or searched values are others than before"
        msg.info(f"A new study begins: {reason}", "Earlier trials stay; delete what you don't need.")
    say(f"{planned} trials of {plan.config}, of which {there} have ended: {plan.folder.as_posix()}")
    for number, result in enumerate(run_trials(study, plan), there + 1):
        trial = result["trial"]
        values = ", ".join(f"{name} {shown(value)}" for name, value in trial["overrides"].items())
        say(f"[{number} of {planned}] {trial['name']}: {in_words(result)}; {printable(values, LONGEST)}")


def repeat(study: "Study", plan: "Plan", seeds: int) -> "Again":
    """Train the best values and the untouched config with other seeds, and return the results.

    Raises WrongSweep if no trial ended.
    """
    from scripts.search.running import again
    from scripts.search.study import overrides
    from scripts.search.summary import best_of

    best = best_of(study)
    if best is None:
        hint = f"{plan.folder.as_posix()}/*/log.txt has what each printed."
        raise WrongSweep("No trial has ended: all failed or were stopped", hint)
    others = [plan.seed + n for n in range(1, seeds + 1)]
    found: dict[str, list[Result]] = {}
    for name, values in ((BEST, overrides(plan.sweep, best.params)), (UNTOUCHED, {})):
        found[name] = []
        for result in again(plan, name, values, others):
            say(f"{result['trial']['name']}: {in_words(result)}")
            found[name].append(result)
    return found


def in_words(result: Result) -> str:
    """Return what a trial reached."""
    if result["status"] == FAILED:
        return f"failed: {printable(result['reason'], LONGEST)}"
    score = f"{percent(result['score'])} on the dev set"
    return f"stopped, {score} until then" if result["status"] == PRUNED else score


def write(output: Path, plan: "Plan", summary: SweepSummary) -> None:
    """Write the results, and the best config as spaCy takes it."""
    best = next(trial for trial in summary["trials"] if trial["name"] == summary["best"])
    task = Preparation(output.parent).task(plan.trial("best", best["values"], plan.seed))
    lines = [f"# The best trial of a sweep (weasel run sweep) of {plan.config}, with these values:"]
    lines += [f"#   {name} = {value}" for name, value in best["values"].items()]
    _, *rest = task.config.splitlines(keepends=True)  # without the line that the step `config` writes
    atomic.write_text(output / "best.cfg", "\n".join(lines) + "\n" + "".join(rest))
    atomic.write_json(output / "sweep.json", summary)
    atomic.write_text(output / "sweep.html", sweep_page(summary))


def show(output: Path, summary: SweepSummary) -> None:
    """Print what came of the sweep, and where it is."""
    for line in conclusions(summary):
        say(line)
    importances = ", ".join(f"{name} {percent(v)}%" for name, v in summary["importances"].items())
    if importances:
        say(f"How much each value matters: {importances}")
    say("The best of many was chosen for its score, partly luck: expect that of other seeds.")
    msg.good(f"Best config: {(output / 'best.cfg').as_posix()}")
    say(f"Page: {(output / 'sweep.html').as_posix()}")


if __name__ == "__main__":
    run_step(app)
