"""How much annotation `suggest` saves: a simulation in which the training set is annotated bit by bit.

    python -m benchmarks.suggest assets/starter --seeds 3 [--arms "random,one with beam"]

It starts with a random tenth of the training set's words. An arm adds texts up to the next share, in
random order or as `scripts/scoring/suggestion.py` chooses them, with the votes of pipelines that were
trained on what is annotated so far. After each addition `configs/fast.cfg` is trained with a short
schedule, from several seeds, and scored on dev and test set together, which choose nothing here. Out: a
line for each addition in the file with results, which is continued if it is there; a table of F against
words; and how many words and texts an arm needs for an F, in comparison with random order.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from math import inf
from pathlib import Path
from statistics import mean
from typing import Any, Literal

import numpy as np
import typer
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.training.initialize import init_nlp
from spacy.util import load_config, registry
from spacy.vocab import Vocab
from thinc.api import Config, fix_random_seed
from typing_extensions import TypedDict

from benchmarks.training import prepared, spread, table
from scripts.annotation.splits import SPLITS
from scripts.corpus.docs import stored_docs
from scripts.scoring.document import Entity
from scripts.scoring.suggestion import Candidate, Taste, candidate_of, choose, committee_shares
from scripts.training.committee import shares_of

SHARES = (0.1, 0.2, 0.3, 0.4, 0.55, 0.7, 0.85, 1.0)  # of the words, after each addition
LEAST, PASSES = 45_000, 3  # a training reads so many words, and the training set so often
WORDS = 400  # in a batch
RANDOM = "random"  # the arm that others are compared with
RESAMPLES = 1000
TARGETS = (0.9, 0.95, 0.98, 1.0)  # of the F of all the data

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Arm:
    """A way to choose. members: pipelines in the committee. beam: see `shares_of`; 0 for random order.

    at_random: share of the words of an addition that is taken at random.
    """

    members: int
    beam: int
    taste: Taste = field(default_factory=Taste)
    at_random: float = 0.1


ARMS = {
    RANDOM: Arm(2, 0),
    "committee": Arm(3, 1),
    "one with beam": Arm(1, 4),
    "two with beam": Arm(2, 4),
    "two by document": Arm(2, 4, Taste(length=0.0)),
    "two without diversity": Arm(2, 4, Taste(diversity=0.0)),
}


SizeName = Literal["words", "texts", "entities"]
SIZES: tuple[SizeName, ...] = ("words", "texts", "entities")


class Row(TypedDict):
    """A line of the results. chosen: the numbers of the texts that are annotated by then."""

    corpus: str
    seed: int
    arm: str
    share: float
    words: int
    texts: int
    entities: int
    f: list[float]
    chosen: list[int]


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus in memory. nlp: the pipeline, which is trained again and again."""

    name: str
    nlp: Language
    train: list[Doc]
    held_out: list[Doc]

    def words(self, numbers: Sequence[int]) -> int:
        """Return how many words some texts of the training set have."""
        return sum(len(self.train[number]) for number in numbers)


@app.command()
def suggest_cli(
    annotations: list[str] = typer.Argument(..., help="Files or folders with annotations"),
    seeds: int = typer.Option(3, help="Number of seeds (0, 1, …)"),
    arms: str = typer.Option("random,two with beam", help=f"Of {', '.join(ARMS)}"),
    shares: str = typer.Option(",".join(map(str, SHARES)), help="Shares of the words"),
    results: Path = typer.Option(Path(".benchmarks/suggest.jsonl"), help="The file with the results"),
    lang: str = typer.Option("en", help="Language of the texts"),
) -> None:
    """Compare chosen texts with random ones."""
    results.parent.mkdir(parents=True, exist_ok=True)
    sizes = [float(share) for share in shares.split(",")]
    for data in annotations:
        with prepared(data, lang, ("--vars.config", "fast.cfg")) as folder:
            corpus = read(Path(data).stem, folder)
            for seed in range(seeds):
                for arm in arms.split(","):
                    simulate(corpus, arm, seed, sizes, results)
        rows = [row for row in read_rows(results) if row["corpus"] == corpus.name]
        print(f"\n{corpus.name}\n\n{curve(rows)}\n{savings(rows)}", flush=True)  # noqa: T201


def read(name: str, folder: Path) -> Corpus:
    """Return the corpus in a folder that was prepared."""
    config = load_config(folder / "training/default/config.cfg", interpolate=True)
    vocab = Vocab()
    docs = {split: list(stored_docs(folder / f"corpus/{split}.spacy", vocab)) for split in SPLITS}
    made = folder.resolve() / "corpus"
    labels = config["initialize"]["components"]["ner"]["labels"]
    labels |= {"path": f"{made}/labels/ner.json", "counts": f"{made}/counts.json"}
    for split in ("train", "dev"):
        config["corpora"][split]["path"] = f"{made}/{split}.spacy"
    nlp = init_nlp(config)
    # From now on, only the weights begin again; labels and tables of words stay.
    nlp.config["initialize"] |= {"before_init": None, "lookups": None, "components": {}}
    return Corpus(name, nlp, docs["train"], docs["dev"] + docs["test"])


def read_rows(path: Path) -> list[Row]:
    """Return the results so far; half of a last line does not count."""
    lines = path.read_text(encoding="utf8").splitlines() if path.is_file() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


def simulate(corpus: Corpus, name: str, seed: int, shares: Sequence[float], results: Path) -> None:
    """Annotate the training set bit by bit, and write a line for each addition that has none yet."""
    arm = ARMS[name]
    done = {
        row["share"]: row
        for row in read_rows(results)
        if (row["corpus"], row["seed"], row["arm"]) == (corpus.name, seed, name)
    }
    order = list(range(len(corpus.train)))
    random.Random(seed).shuffle(order)  # noqa: S311 (no cryptography)
    whole = corpus.words(order)
    chosen: list[int] = []
    candidates: dict[int, Candidate] = {}
    for share in shares:
        if share in done:
            chosen, candidates = done[share]["chosen"], {}
            continue
        if arm.beam and chosen and not candidates:  # it was interrupted here
            candidates, _ = asked(corpus, arm, chosen, seed)
        chosen = chosen + added(corpus, arm, order, chosen, candidates, int(share * whole))
        candidates, scores = asked(corpus, arm, chosen, seed)
        row: Row = {
            "corpus": corpus.name,
            "seed": seed,
            "arm": name,
            "share": share,
            "words": corpus.words(chosen),
            "texts": len(chosen),
            "entities": sum(len(corpus.train[number].ents) for number in chosen),
            "f": scores,
            "chosen": chosen,
        }
        with results.open("a", encoding="utf8", newline="\n") as stream:
            stream.write(json.dumps(row) + "\n")
        print(f"{corpus.name} seed {seed} {name} {share:.0%}: {spread(scores)}", flush=True)  # noqa: T201


def added(
    corpus: Corpus,
    arm: Arm,
    order: Sequence[int],
    chosen: Sequence[int],
    candidates: dict[int, Candidate],
    words: int,
) -> list[int]:
    """Return the texts to annotate next, so that so many words are annotated then."""
    left = [number for number in order if number not in set(chosen)]
    missing = words - corpus.words(chosen)
    if not candidates:
        return up_to(corpus, left, missing)
    ranked = [one.number for _, one in choose(candidates.values(), len(candidates), arm.taste)]
    best = up_to(corpus, ranked, int(missing * (1 - arm.at_random)))
    rest = [number for number in left if number not in set(best)]
    return best + up_to(corpus, rest, missing - corpus.words(best))


def up_to(corpus: Corpus, numbers: Sequence[int], words: int) -> list[int]:
    """Return the first of some texts, up to a number of words."""
    found: list[int] = []
    for number in numbers:
        if words <= 0:
            break
        words -= len(corpus.train[number])
        found.append(number)
    return found


def asked(
    corpus: Corpus, arm: Arm, chosen: Sequence[int], seed: int
) -> tuple[dict[int, Candidate], list[float]]:
    """Train the members on what is chosen; return the candidates by number, and F of each member."""
    docs = [corpus.train[number] for number in chosen]
    left = [number for number in range(len(corpus.train)) if number not in set(chosen)]
    texts = [corpus.train[number].text for number in left] if arm.beam else []
    shares, scores = [], []
    for member in range(arm.members):
        with_member = member + arm.members * seed
        for nlp in trained(corpus.nlp, docs, with_member):
            scores.append(f_of(nlp, corpus.held_out))
            found = shares_of(nlp, texts, arm.beam)
            shares.append([{Entity(*key): share for key, share in each.items()} for each in found])
    merged = [committee_shares(members) for members in zip(*shares, strict=True)]
    candidates = {
        number: candidate_of(number, [(text, found)])
        for number, text, found in zip(left, texts, merged, strict=False)
    }
    return candidates, scores


def trained(nlp: Language, docs: Sequence[Doc], seed: int) -> Iterator[Language]:
    """Yield a pipeline that is trained on some Docs, with the mean of its weights over the training.

    nlp: which begins again with new weights.
    """
    fix_random_seed(seed)
    ner: Any = nlp.get_pipe("ner")
    for node in ner.model.walk():  # a layer of the parser keeps weights that it has
        for name in node.param_names:
            if node.has_param(name):
                node.set_param(name, np.zeros_like(node.get_param(name)))
    nlp.initialize(lambda: [Example(nlp.make_doc(doc.text), doc) for doc in docs])
    steps = round((LEAST + PASSES * sum(map(len, docs))) / WORDS)
    optimizer = optimizer_for(nlp.config["training"], steps)
    rng = random.Random(seed)  # noqa: S311 (no cryptography)
    for batch in batches(docs, steps, rng):
        examples = [Example(nlp.make_doc(doc.text), doc) for doc in batch]
        nlp.update(examples, sgd=optimizer, drop=nlp.config["training"]["dropout"])
        optimizer.step_schedules()
    with nlp.use_params(optimizer.averages):
        yield nlp


def optimizer_for(training: dict[str, Any], steps: int) -> Any:
    """Return the optimizer of a config (thinc's, whose methods have no types) for so many steps."""
    config = Config({"it": training["optimizer"]}).copy()
    config["it"]["learn_rate"] |= {"total_steps": steps, "warmup_steps": steps // 10}
    return registry.resolve(config)["it"]


def batches(docs: Sequence[Doc], steps: int, rng: random.Random) -> Iterator[list[Doc]]:
    """Yield so many batches, each text once in each pass."""
    waiting: list[Doc] = []
    for _ in range(steps):
        batch: list[Doc] = []
        while sum(map(len, batch)) < WORDS:
            if not waiting:
                waiting = rng.sample(list(docs), len(docs))
            batch.append(waiting.pop())
        yield batch


def f_of(nlp: Language, docs: Sequence[Doc]) -> float:
    """Return F of exact entities, as a percentage."""
    with nlp.memory_zone():
        scores = nlp.evaluate([Example(nlp.make_doc(doc.text), doc) for doc in docs])
    return 100 * float(scores["ents_f"] or 0.0)


def curve(rows: Sequence[Row]) -> str:
    """Return the table of F by arm and share."""
    found = []
    for arm in dict.fromkeys(row["arm"] for row in rows):
        for share in sorted({row["share"] for row in rows}):
            own = [row for row in rows if row["arm"] == arm and row["share"] == share]
            if own:
                sizes = [shown(mean(float(row[key]) for row in own)) for key in SIZES]
                found.append((f"{arm}, {share:.0%}", *sizes, spread([mean(row["f"]) for row in own])))
    return table(("Arm and share", "Words", "Texts", "Entities", "F"), found)


def savings(rows: Sequence[Row]) -> str:
    """Return how many words and texts each arm needs for an F, and the ratio to random order.

    For each arm, only seeds count whose simulation is complete, and whose random order is, too; with two
    or more, ratios have an interval.
    """
    found = []
    arms = dict.fromkeys(row["arm"] for row in rows if row["arm"] != RANDOM)
    for target, arm in product(TARGETS, arms):
        if own := of_complete_seeds(rows, arm):
            f = target * whole_f(own)
            cells = []
            for key in SIZES[:2]:
                sizes = [shown(needed(own, each, key, f)) for each in (RANDOM, arm)]
                between = interval(own, arm, key, target)
                cells += [*sizes, in_words(ratio(own, arm, key, target), between)]
            found.append((f"{f:.1f} ({target:.0%}), {arm}", *cells))
    header = ("F, arm", "Words, random", "chosen", "ratio", "Texts, random", "chosen", "ratio")
    return table(header, found) if found else ""


def of_complete_seeds(rows: Sequence[Row], arm: str) -> list[Row]:
    """Return the rows of an arm and of random order, for seeds with the last share of both."""
    both = [row for row in rows if row["arm"] in (RANDOM, arm)]
    ended = [
        {row["seed"] for row in both if row["arm"] == each and row["share"] == 1.0}
        for each in (RANDOM, arm)
    ]
    return [row for row in both if row["seed"] in ended[0] & ended[1]]


def whole_f(rows: Sequence[Row]) -> float:
    """Return the F that all texts reach."""
    return mean(mean(row["f"]) for row in rows if row["arm"] == RANDOM and row["share"] == 1.0)


def ratio(rows: Sequence[Row], arm: str, key: SizeName, target: float) -> float:
    """Return the words or texts that an arm needs / those that random order needs.

    target: share of the F that all texts reach. The ratio is infinite if the arm does not reach it.
    """
    f = target * whole_f(rows)
    least, own = needed(rows, RANDOM, key, f), needed(rows, arm, key, f)
    return own / least if own and least else inf


def interval(rows: Sequence[Row], arm: str, key: SizeName, target: float) -> tuple[float, float]:
    """Return the 95% interval of a ratio, from resampling the seeds (percentile bootstrap).

    With a handful of seeds, it is too narrow: they are all that it knows.
    """
    by_seed = {seed: [row for row in rows if row["seed"] == seed] for seed in {r["seed"] for r in rows}}
    rng = random.Random(0)  # noqa: S311 (no cryptography)
    found = []
    for _ in range(RESAMPLES):
        drawn = rng.choices(list(by_seed), k=len(by_seed))
        found.append(ratio([row for seed in drawn for row in by_seed[seed]], arm, key, target))
    low, high = np.quantile(found, (0.025, 0.975), method="nearest")
    return float(low), float(high)


def in_words(value: float, between: tuple[float, float]) -> str:
    """Return a ratio with its interval; a dash stands for what was not reached."""
    low, high = (f"{each:.0%}" if each < inf else "–" for each in between)
    center = f"{value:.0%}" if value < inf else "–"
    return center if between[0] == between[1] else f"{center} ({low} to {high})"


def shown(value: float | None) -> str:
    """Return a number of words or texts."""
    return "–" if value is None else f"{value:,.0f}"


def needed(rows: Sequence[Row], arm: str, key: SizeName, goal: float) -> float | None:
    """Return how many words or texts an arm needs for an F, on the line through its means."""
    own = [row for row in rows if row["arm"] == arm]
    points = []
    for share in sorted({row["share"] for row in own}):
        here = [row for row in own if row["share"] == share]
        size = mean(float(row[key]) for row in here)
        points.append((size, mean(mean(row["f"]) for row in here)))
    for (size, f), (larger, higher) in pairwise(points):
        if f < goal <= higher:
            return float(np.interp(goal, [f, higher], [size, larger]))
    return points[0][0] if points and points[0][1] >= goal else None


if __name__ == "__main__":
    app()
