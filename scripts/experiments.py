"""Step `experiments`: train the variants in configs/experiments.yml and say which one is better.

In: the file, and the corpus. Out: in `training/experiments`, a folder for each trial (a variant with a
seed), `summary.json`, `costs.json` and `report.html`. What has been trained is not trained again, what
was interrupted begins again, and what fails is reported while the others go on. Variants are compared on
the dev set. The test set is scored for one variant only: the one with the highest F on the dev set.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

import typer

from scripts.files import atomic
from scripts.files.step import run as run_step
from scripts.files.terminal import duration, msg, printable, refuse, say
from scripts.reporting.experiments_page import experiments_page
from scripts.scoring.experiment import Costs, Summary, TestScores, VariantSummary
from scripts.scoring.intervals import Bootstrap
from scripts.scoring.metrics import UNDEFINED, WIDEST, interval_in_words, percent, short, signed
from scripts.scoring.variants import REFERENCE, VariantScores, chosen, compared
from scripts.settings.base import read_settings
from scripts.settings.experiments import Experiments, Variant, read_experiments
from scripts.settings.files import WrongSettings
from scripts.settings.report import CompareSettings
from scripts.trials.progress import run_and_show
from scripts.trials.scores import Counts
from scripts.trials.tested import counts_on_test
from scripts.trials.trial import OK, PIPELINE, Result, Trial

HEADER = (
    "Variant",
    "Seeds",
    "F (dev)",
    "Spread",
    "Interval",
    "Difference",
    "p (Holm)",
    "CPU",
    "Words/s",
)

Results = Mapping[str, Sequence[Result]]  # by variant, in the order of the seeds

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def experiments_cli(
    corpus: Path = typer.Argument(..., help="Folder with the corpus", exists=True, file_okay=False),
    folder: Path = typer.Argument(..., help="Folder to write to: training/experiments"),
    file: Path = typer.Option(Path("configs/experiments.yml"), help="The variants"),
    config: str = typer.Option("config.cfg", help="The config of variants that name none"),
    seed: int = typer.Option(0, help="Seed of resampling and permutations"),
    gpu_id: int = typer.Option(-1, help="GPU to train on, or -1 for the CPU"),
    backend: str = typer.Option("", help="local or ray, instead of the one in the file"),
) -> None:
    """Train all variants, compare them on the dev set, and score the test set for the best one."""
    try:
        asked = read_experiments(file, backend)
    except WrongSettings as error:
        refuse("The experiments can't be run", error.problems)
    settings = read_settings(corpus, "experiments", CompareSettings)
    bootstrap = Bootstrap(settings.resamples, settings.confidence, seed)
    trials = trials_of(asked, file.parent, config, corpus, gpu_id)
    every = [trial for several in trials.values() for trial in several]
    say(f"{len(every)} trials of {len(trials)} variants")
    trained = iter(run_and_show(every, folder, asked.backend, asked.jobs))
    results = {name: [next(trained) for _ in several] for name, several in trials.items()}
    summary = summarise(asked, trials, results, bootstrap, settings.permutations)
    if name := summary["chosen"]:

        def again() -> None:
            """Train the trials whose pipelines were removed earlier, when others were better."""
            run_and_show(trials[name], folder, asked.backend, asked.jobs)

        counts, earlier = counts_on_test(name, results[name], folder, corpus, again)
        summary["test"] = test_scores(counts, earlier, bootstrap)
        if not asked.keep_pipelines:
            others = (trial.name for other in trials if other != name for trial in trials[other])
            drop_pipelines(folder, others)
    costs = costs_of(results)
    atomic.write_json(folder / "summary.json", summary)
    atomic.write_json(folder / "costs.json", costs)
    atomic.write_text(folder / "report.html", experiments_page(summary, costs))
    show(summary, costs, folder)
    if failed := sum(result["status"] != OK for several in results.values() for result in several):
        msg.fail(
            f"{failed} of {len(every)} trials failed", "Correct the cause, run this again.", exits=1
        )


def trials_of(
    asked: Experiments, configs: Path, config: str, corpus: Path, gpu_id: int
) -> dict[str, list[Trial]]:
    """Return the trials of each variant, one for each seed."""
    return {
        name: [
            Trial(
                name=f"{name}-seed-{seed}",
                config=(configs / (variant.config or config)).as_posix(),
                seed=seed,
                overrides=variant.overrides,
                share=variant.share,
                without=variant.without,
                corpus=corpus.as_posix(),
                gpu_id=gpu_id,
            )
            for seed in asked.seeds_of(variant)
        ]
        for name, variant in asked.variants.items()
    }


def summarise(
    asked: Experiments,
    trials: Mapping[str, Sequence[Trial]],
    results: Results,
    bootstrap: Bootstrap,
    permutations: int,
) -> Summary:
    """Return what the trials found, without the test set."""
    finished = {name: [r for r in several if r["status"] == OK] for name, several in results.items()}
    counts = {name: [r["counts"] for r in several] for name, several in finished.items() if several}
    scores = compared(counts, asked.compared_with, bootstrap, permutations)
    whole = {name: row for name, row in scores.items() if len(finished[name]) == len(results[name])}
    return {
        "reference": asked.compared_with,
        "chosen": chosen(whole),
        "confidence": bootstrap.confidence,
        "groups": len({group for several in counts.values() for one in several for group in one}),
        "variants": {
            name: variant_summary(variant, trials[name], results[name], scores.get(name))
            for name, variant in asked.variants.items()
        },
        "test": None,
    }


def variant_summary(
    variant: Variant, trials: Sequence[Trial], results: Sequence[Result], scores: VariantScores | None
) -> VariantSummary:
    """Return what a variant is, and what came of it."""
    pairs = list(zip(trials, results, strict=True))
    learned = next((r["learned_from"] for r in results if r["learned_from"]), None)
    return {
        "config": Path(trials[0].config).name,
        "overrides": variant.overrides,
        "share": variant.share,
        "without": list(variant.without),
        "seeds": [trial.seed for trial, result in pairs if result["status"] == OK],
        "failed": {str(t.seed): result["reason"] for t, result in pairs if result["status"] != OK},
        "documents": learned and learned["documents"],
        "entities": learned and learned["entities"],
        "scores": scores,
        "curves": {
            str(trial.seed): [(row["step"], row["score"]) for row in result["curve"]]
            for trial, result in pairs
            if result["status"] == OK
        },
    }


def test_scores(counts: Sequence[Counts], earlier: list[str], bootstrap: Bootstrap) -> TestScores:
    """Return the scores that follow from counts on the test set. earlier: see `TestScores`."""
    scores = compared({"": counts}, "", bootstrap, 1)[""]
    return {
        "f": scores["f"],
        "p": scores["p"],
        "r": scores["r"],
        "by_seed": scores["by_seed"],
        "labels": scores["labels"],
        "earlier": earlier,
    }


def drop_pipelines(folder: Path, names: Iterable[str]) -> None:
    """Remove the pipelines of trials; their results stay."""
    for name in names:
        atomic.remove(folder / name / PIPELINE)


def costs_of(results: Results) -> Costs:
    """Return the mean costs of each variant."""
    found: Costs = {}
    for name, several in results.items():
        costs = [result["costs"] for result in several if result["status"] == OK and result["costs"]]
        seconds = [each["processor_seconds"] for each in costs if each["processor_seconds"] is not None]
        words = [each["words_per_second"] for each in costs if each["words_per_second"] is not None]
        found[name] = {
            "processor_seconds": fmean(seconds) if seconds else None,
            "words_per_second": fmean(words) if words else None,
        }
    return found


def show(summary: Summary, costs: Costs, folder: Path) -> None:
    """Print the table of variants, the choice, and the score on the test set."""
    table = [
        row(name, variant, costs, summary["reference"]) for name, variant in summary["variants"].items()
    ]
    msg.table(table, header=HEADER, divider=True, max_col=WIDEST, aligns=("l", *"r" * (len(HEADER) - 1)))
    if any(len(variant["seeds"]) == 1 for variant in summary["variants"].values()):
        say("With one seed, an interval covers chance in the documents only, not in the seeds")
    if (name := summary["chosen"]) and (test := summary["test"]):
        interval = interval_in_words(test["f"]["interval"], percent, "–")
        seeds = len(test["by_seed"])
        say(
            f"The dev set chose {printable(name)}: F {percent(test['f']['mean'])} on the test set "
            f"({interval}), mean of {seeds} seed{'s' * (seeds > 1)}"
        )
        if test["earlier"]:
            others = ", ".join(map(printable, test["earlier"]))
            msg.warn(
                f"The same test set was scored before, for {others}",
                "The more often it is used, the less it says about unseen texts.",
            )
    say(f"Report: {(folder / 'report.html').as_posix()}")


def row(name: str, variant: VariantSummary, costs: Costs, reference: str) -> tuple[str, ...]:
    """Return the row of a variant. Without a difference, it is the reference, or that has failed."""
    scores, cost = variant["scores"], costs[name]
    if scores is None:
        return (short(name), "0", "failed", *[UNDEFINED] * 6)
    change = scores["difference"]
    without = REFERENCE if name == reference else UNDEFINED
    seconds, words = cost["processor_seconds"], cost["words_per_second"]
    return (
        short(name),
        str(len(variant["seeds"])),
        percent(scores["f"]["mean"]),
        percent(scores["f"]["sd"]),
        interval_in_words(scores["f"]["interval"], percent, "–"),
        f"{signed(change['f'])} ({change['result']})" if change else without,
        f"{change['p_holm']:.3f}" if change and change["p_holm"] is not None else UNDEFINED,
        UNDEFINED if seconds is None else duration(seconds),
        UNDEFINED if words is None else f"{words:,.0f}",
    )


if __name__ == "__main__":
    run_step(app)
