"""What to do next: written rules that turn figures of dev into advice, each with its evidence.

In: an analysis. Out: advice, the one that concerns the most mentions of dev first. Figures of test are
used only to say that test is too small, or that dev flatters; never to choose what to improve.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from scripts.scoring.breakdown import SOURCE
from scripts.scoring.curve import NOTHING, PEAKED, RISING
from scripts.scoring.known import NEW, SEEN
from scripts.scoring.matching import BOTH, CORRECT, LABEL, LONGER, MISSED, SHIFTED, SHORTER, SPURIOUS
from scripts.scoring.metrics import FEW, percent, short, told

ENOUGH = 20  # errors, or mentions of two labels, below which a rule does not speak about what they are
NEW_GAP = 0.15  # recall on new mentions so far below recall on known ones: more variety is needed
CONFUSED = 0.05  # share of a label's mentions that get one other label: the guideline is not sharp
BOUNDARIES = 0.25  # share of the errors that are boundaries only
IMBALANCE = 0.15  # precision so far above recall, or below: what is missing, or marked too freely
WEAK_KIND = 0.15  # F of a kind of text so far below the whole
LITTLE_GAIN = 0.05  # F so little above the dictionary
OVERFITTED = 0.05  # F on dev so far above test, and outside of test's interval
LOST_SHARE = 0.02  # share of mentions that cut through a token
# What a config says about the length of a training: the number, or what it is computed from.
STEPS = "`training.max_steps` in the config (`passes` and `minimum` where it has [schedule])"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do, why, and how many mentions of dev it concerns (its rank)."""

    rule: str
    action: str
    evidence: str
    mentions: int


Rule = Callable[[dict[str, Any], int], Iterator[Advice]]


def advise(analysis: dict[str, Any], few_examples: int) -> list[dict[str, Any]]:
    """Return all advice that the rules give, the most useful first.

    analysis: the contents of analysis.json. few_examples: entities of a label in train that are few.
    """
    found = [advice for rule in RULES for advice in rule(analysis, few_examples)]
    return [asdict(advice) for advice in sorted(found, key=lambda a: (-a.mentions, a.rule, a.action))]


def suspicious_gold(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Name gold that train contradicts: fix it before anything else is believed."""
    rows = analysis["dev"]["errors"]["suspicious_gold"]
    if not rows:
        return
    times = sum(row["times"] for row in rows)
    first = rows[0]
    gold, found = (short(first[side] or "nothing") for side in ("gold", "predicted"))
    yield Advice(
        "suspicious gold",
        f"Look through the {times} places of dev where gold may be wrong (the report lists the first).",
        f"For example {short(repr(first['mention']))}: gold says {gold}, the model says {found}; train "
        f"has it {first['train']['as_predicted']} times as the model says and "
        f"{first['train']['as_gold']} times as gold says.",
        times,
    )


def new_mentions(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Name labels whose recall is far lower on mentions that train does not have."""
    for name, kinds in analysis["dev"]["novelty"]["labels"].items():
        label = short(name)
        seen, new = kinds[SEEN], kinds[NEW]
        if min(seen["support"], new["support"]) < FEW or seen["r"] - new["r"] < NEW_GAP:
            continue
        yield Advice(
            "new mentions",
            f"Annotate texts with {label} mentions that are not in train yet: varied ones teach more "
            "than many of the same.",
            f"Recall of {label} on dev is {percent(new['r'])} on the {new['support']} mentions that are "
            f"new and {percent(seen['r'])} on the {seen['support']} that stand in train.",
            round((1 - new["r"]) * new["support"]),
        )


def confused_labels(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Name two labels that the model takes for one another."""
    table = analysis["dev"]["errors"]["confusion"]
    labels = sorted(analysis["dev"]["errors"]["labels"])
    for at, first in enumerate(labels):
        for second in labels[at + 1 :]:
            mixed = table[first][second] + table[second][first]
            total = sum(table[first].values()) + sum(table[second].values())
            if total < ENOUGH or mixed < CONFUSED * total:
                continue
            one, other = short(first), short(second)
            yield Advice(
                "confused labels",
                f"Say in the guideline what divides {one} from {other}, and check both in train.",
                f"On dev {table[first][second]} mentions of {one} were taken for {other} and "
                f"{table[second][first]} of {other} for {one}, of {total} together.",
                mixed,
            )


def boundaries(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Count mentions that are found with the right label and the wrong ends."""
    classes = analysis["dev"]["errors"]["classes"]
    kinds = {name: classes[name] for name in (LONGER, SHORTER, SHIFTED)}
    wrong = sum(count for name, count in classes.items() if name != CORRECT)
    if wrong < ENOUGH or sum(kinds.values()) < BOUNDARIES * wrong:
        return
    said = ", ".join(f"{count} {name}" for name, count in kinds.items() if count)
    yield Advice(
        "boundaries",
        "Settle in the guideline where mentions begin and end (titles, articles, what follows a comma), "
        "and look at the boundary errors in the report.",
        f"Of {wrong} errors on dev, {sum(kinds.values())} have the right label and wrong ends: {said}.",
        sum(kinds.values()),
    )


def imbalance(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Name labels of which far more is missed than marked wrongly, or the other way round."""
    errors = analysis["dev"]["errors"]["labels"]
    for name, row in analysis["dev"]["scores"]["labels"].items():
        if row["support"] < FEW or not row["predicted"]:
            continue
        label = short(name)
        evidence = f"{label} on dev: precision {percent(row['p'])}, recall {percent(row['r'])}."
        if row["p"] - row["r"] > IMBALANCE:
            yield Advice(
                "missed",
                f"Annotate more {label}, and look for mentions of it in train that nobody marked "
                "(`check` lists suspicious ones): unmarked mentions teach the model to stay silent.",
                evidence,
                errors[name][MISSED],
            )
        elif row["r"] - row["p"] > IMBALANCE:
            yield Advice(
                "marked too freely",
                f"Annotate texts that hold what looks like {label} and is none, and look through the "
                "spurious ones in the report: some may be missing in gold.",
                evidence,
                errors[name][SPURIOUS],
            )


def few_in_train(analysis: dict[str, Any], few_examples: int) -> Iterator[Advice]:
    """Name labels with little to learn from."""
    for name, row in analysis["dev"]["scores"]["labels"].items():
        label, count = short(name), analysis["train"]["labels"].get(name, 0)
        if count < few_examples and row["support"]:
            yield Advice(
                "few examples",
                f"Annotate more {label}: {few_examples} is a beginning, some hundreds are better.",
                f"Train has {count} mentions of {label} (vars.few_examples is {few_examples}); "
                f"F on dev is {percent(row['f'])}.",
                row["fn"],
            )


def weak_kinds(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Name kinds of text on which the model is much weaker than on the whole."""
    whole = analysis["dev"]["scores"]["micro"]["f"]
    for name, kinds in analysis["dev"]["fields"].items():
        if name == SOURCE:  # where a text lies is no kind of text
            continue
        for kind, row in kinds.items():
            if row["support"] < FEW or whole - row["f"] < WEAK_KIND:
                continue
            yield Advice(
                "weak kind of text",
                f"Annotate more texts whose {short(name)} is {kind}.",
                f"F on dev is {percent(row['f'])} there ({row['support']} mentions) and "
                f"{percent(whole)} in all.",
                row["fn"],
            )


def little_gain(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Say that a model hardly beats looking mentions up."""
    gain = analysis["dev"]["baselines"]["dictionary"]["gain"]["f"]
    micro = analysis["dev"]["scores"]["micro"]
    if gain is None or micro["support"] < FEW or gain >= LITTLE_GAIN:
        return
    against = f"{gain * 100:+.1f} points against a dictionary of the mentions of train"
    yield Advice(
        "little more than a dictionary",
        "Check that dev and test hold mentions that train has not, and add varied examples. "
        "If new names never come, a dictionary may be all that you need.",
        f"On dev the model's F is {percent(micro['f'])}, {against}.",
        micro["fn"],
    )


def schedule(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Say that training ended too early or went on too long."""
    curve = analysis["curve"]
    missed = analysis["dev"]["scores"]["micro"]["fn"]
    best, last, trend = (curve.get(name) for name in ("best", "last", "trend"))
    if curve["verdict"] == RISING:
        yield Advice(
            "training too short",
            f"Train longer: raise {STEPS} (README, How long to train).",
            f"In the last {trend['evaluations']} evaluations the score on dev rose by "
            f"{percent(trend['rise'])} points, by a straight line through them (standard error "
            f"{percent(trend['error'])}); at the last step, {last['step']}, it was "
            f"{percent(last['score'])}.",
            missed // 10,
        )
    elif curve["verdict"] == PEAKED:
        yield Advice(
            "training too long",
            f"Lower {STEPS}, or raise `training.dropout`: the later steps fitted train, not dev.",
            f"The best score on dev, {percent(best['score'])}, came at step {best['step']} of "
            f"{last['step']}; in the last {trend['evaluations']} evaluations the mean was "
            f"{percent(trend['mean'])}, and scores scattered by {percent(trend['scatter'])} points.",
            missed // 10,
        )
    elif curve["verdict"] == NOTHING:
        yield Advice(
            "nothing learned",
            f"Look at what `check` says about train; if that is in order, raise {STEPS}.",
            f"No evaluation on dev up to step {last['step']} had a score above 0.",
            missed,
        )


def gap(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Say that dev is scored much higher than test."""
    dev, test = (analysis[split]["scores"]["micro"] for split in ("dev", "test"))
    interval = test["intervals"].get("f", (None, None))
    high = interval[1]
    if dev["f"] is None or high is None or dev["too_few"] or test["too_few"]:
        return
    if dev["f"] - test["f"] > OVERFITTED and dev["f"] > high:
        yield Advice(
            "dev above test",
            "Make sure that dev is drawn as test is, and enlarge dev: its score chose the pipeline.",
            f"F is {percent(dev['f'])} on dev and {percent(test['f'])} on test "
            f"({told(interval, percent, '–')}).",
            dev["fn"] // 4,
        )


def too_few(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Say that a test set can't carry a figure."""
    micro = analysis["test"]["scores"]["micro"]
    if not micro["too_few"]:
        return
    yield Advice(
        "small test set",
        f"Annotate more texts for test: at least {FEW} mentions in {FEW} independent documents.",
        f"Test has {micro['support']} mentions in {micro['groups']} independent documents or groups: "
        "its figures can't tell a good pipeline from a bad one.",
        analysis["dev"]["scores"]["micro"]["support"],
    )


def lost_to_tokens(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Count mentions that no tokens of the pipeline can hold."""
    lost, support = analysis["dev"]["lost"]["mentions"], analysis["dev"]["scores"]["micro"]["support"]
    if lost and lost >= LOST_SHARE * (support + lost):
        yield Advice(
            "lost to tokenisation",
            "Set vars.misaligned to expand or contract, or use a tokenizer that cuts where gold does.",
            f"{lost} of {support + lost} mentions of dev cut through a token and can't be found.",
            lost,
        )


def partly_annotated(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Count predictions where gold is silent about the tokens."""
    dev = analysis["dev"]
    if dev["unjudged"] >= ENOUGH:
        yield Advice(
            "partly annotated",
            "Annotate the documents of dev and test completely: figures speak of annotated tokens only.",
            f"{dev['partly_annotated']} of {dev['documents']} documents of dev are partly annotated; "
            f"{dev['unjudged']} predictions could not be judged.",
            dev["unjudged"],
        )


def both_wrong(analysis: dict[str, Any], _: int) -> Iterator[Advice]:
    """Count mentions that were seen and given the wrong label."""
    classes = analysis["dev"]["errors"]["classes"]
    wrong = sum(count for name, count in classes.items() if name != CORRECT)
    mixed = classes[BOTH] + classes[LABEL]
    if wrong >= ENOUGH and mixed >= BOUNDARIES * wrong:
        yield Advice(
            "wrong labels",
            "Check that each label can be told from the words around it; merge labels that can't "
            "(label map).",
            f"Of {wrong} errors on dev, {mixed} found a mention and gave it the wrong label.",
            mixed,
        )


RULES: tuple[Rule, ...] = (
    too_few,
    suspicious_gold,
    new_mentions,
    confused_labels,
    boundaries,
    imbalance,
    few_in_train,
    weak_kinds,
    little_gain,
    schedule,
    gap,
    lost_to_tokens,
    partly_annotated,
    both_wrong,
)
