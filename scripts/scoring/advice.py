"""What to do next: written rules that turn figures of the dev set into advice, each with its evidence.

In: an analysis. Out: advice, the one that concerns the most entities of the dev set first. Figures of
the test set are used only to say that it is too small, or that the score on the dev set is too good;
never to choose what to improve.
"""

from collections.abc import Callable, Iterator

from scripts.scoring.analysis import Advice, Measured
from scripts.scoring.breakdown import SOURCE
from scripts.scoring.curve import NOTHING, PEAKED, RISING
from scripts.scoring.document import DICTIONARY
from scripts.scoring.errors import SuspiciousGold
from scripts.scoring.known import NEW, SEEN
from scripts.scoring.matching import BOTH, CORRECT, LABEL, LONGER, MISSED, SHIFTED, SHORTER, SPURIOUS
from scripts.scoring.metrics import FEW, in_sentence, percent, short

ENOUGH = 20  # errors, or entities of two labels, that a rule needs to judge what they have in common
NEW_GAP = 0.15  # recall on new names is lower than on known ones by this: the data need more variety
CONFUSED = 0.05  # share of the entities of two labels that are confused: the guideline is not clear
BOUNDARIES = 0.25  # share of the errors that are boundary errors, or wrong labels
IMBALANCE = 0.15  # difference of precision and recall: too little is found, or too much
WEAK_KIND = 0.15  # F on a kind of text is lower than on all texts by this
LITTLE_GAIN = 0.05  # F is higher than that of the dictionary by less than this
OVERFITTED = 0.05  # F on the dev set is higher than on the test set by this, and above its interval
LOST_SHARE = 0.02  # share of the entities that cut through a token
# What a config says about the length of a training: the number, or what it is computed from.
STEPS = "`training.max_steps` in the config (`passes` and `minimum` if it has a section [schedule])"

Rule = Callable[[Measured, int], Iterator[Advice]]


def advise(analysis: Measured, few_examples: int) -> list[Advice]:
    """Return all advice that the rules give, the most useful first.

    few_examples: fewer entities of a label in the training set than this are few.
    """
    found = [advice for rule in RULES for advice in rule(analysis, few_examples)]
    return sorted(found, key=lambda a: (-a["entities"], a["rule"], a["action"]))


def suspicious_gold(analysis: Measured, _: int) -> Iterator[Advice]:
    """Point to gold that the training set contradicts: correct it before you trust any figure."""
    rows = analysis["dev"]["errors"].get("suspicious_gold")
    if not rows:
        return
    times = sum(row["times"] for row in rows)
    first = rows[0]
    yield Advice(
        rule="suspicious annotation",
        action=f"Check the {times} places in the dev set where the annotation may be wrong (the report "
        "lists the first ones).",
        evidence=f"For example, {difference_in_words(first)}. {contradiction_in_words(first)}",
        entities=times,
    )


def contradiction_in_words(row: SuspiciousGold) -> str:
    """Return what contradicts the annotation: the training set, or several documents of the dev set."""
    gold, predicted = row["train"]["as_gold"], row["train"]["as_predicted"]
    if predicted > 1:
        return (
            f"The training set agrees with the prediction {predicted} times and with the annotation "
            f"{gold} times."
        )
    entities = "neither of the two entities" if row["gold"] else "no such entity"
    has = "the predicted entity only once" if predicted else entities
    return (
        f"In {row['documents']} documents of the dev set, the prediction contradicts the annotation in "
        f"this way; the training set has {has}."
    )


def difference_in_words(row: SuspiciousGold) -> str:
    """Return how the prediction differs from the annotation: `'May' is annotated as DATE, but …`."""
    same = f": {row['mention']}"  # said once: a side repeats the words only where its boundaries differ
    gold, predicted = (
        short((side or "").removesuffix(same)) for side in (row["gold"], row["predicted"])
    )
    annotation = f"is annotated as {gold}" if gold else "is not annotated"
    prediction = f"predicted as {predicted}" if predicted else "not predicted"
    return f"{short(repr(row['mention']))} {annotation}, but {prediction}"


def new_names(analysis: Measured, _: int) -> Iterator[Advice]:
    """Name labels whose recall is far lower on names that the training set does not have."""
    for name, kinds in analysis["dev"]["novelty"]["labels"].items():
        label = short(name)
        seen, new = kinds[SEEN], kinds[NEW]
        if seen["r"] is None or new["r"] is None or min(seen["support"], new["support"]) < FEW:
            continue
        if seen["r"] - new["r"] < NEW_GAP:
            continue
        yield Advice(
            rule="new names",
            action=f"Annotate texts with {label} entities whose names are not in the training set yet: "
            "varied examples teach more than repeated ones.",
            evidence=f"Recall of {label} on the dev set is {percent(new['r'])} for the "
            f"{new['support']} entities with a new name and {percent(seen['r'])} for the "
            f"{seen['support']} whose name is in the training set.",
            entities=round((1 - new["r"]) * new["support"]),
        )


def confused_labels(analysis: Measured, _: int) -> Iterator[Advice]:
    """Name two labels that the model confuses."""
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
                rule="confused labels",
                action=f"Explain in the guideline how {one} differs from {other}, and check both labels "
                "in the training set.",
                evidence=f"In the dev set {table[first][second]} {one} entities were predicted as "
                f"{other} and {table[second][first]} {other} entities as {one}, of {total} in total.",
                entities=mixed,
            )


def boundaries(analysis: Measured, _: int) -> Iterator[Advice]:
    """Count entities that are found with the right label and the wrong boundaries."""
    classes = analysis["dev"]["errors"]["classes"]
    kinds = {name: classes[name] for name in (LONGER, SHORTER, SHIFTED)}
    wrong = sum(count for name, count in classes.items() if name != CORRECT)
    if wrong < ENOUGH or sum(kinds.values()) < BOUNDARIES * wrong:
        return
    counts = ", ".join(f"{count} {name}" for name, count in kinds.items() if count)
    yield Advice(
        rule="boundaries",
        action="Decide in the guideline where entities begin and end (titles, articles, text after a "
        "comma), and look at the boundary errors in the report.",
        evidence=f"Of {wrong} errors on the dev set, {sum(kinds.values())} have the right label and "
        f"wrong boundaries: {counts}.",
        entities=sum(kinds.values()),
    )


def imbalance(analysis: Measured, _: int) -> Iterator[Advice]:
    """Name labels with far more missed entities than wrong predictions, or the other way round."""
    errors = analysis["dev"]["errors"]["labels"]
    for name, row in analysis["dev"]["scores"]["labels"].items():
        p, r = row["p"], row["r"]
        if p is None or r is None or row["support"] < FEW or not row["predicted"]:
            continue
        label = short(name)
        evidence = f"{label} on the dev set: precision {percent(p)}, recall {percent(r)}."
        if p - r > IMBALANCE:
            yield Advice(
                rule="missed",
                action=f"Annotate more {label} entities, and look for unmarked ones in the training set "
                "(`check` lists suspicious names): unmarked entities teach the model to miss "
                "similar ones.",
                evidence=evidence,
                entities=errors[name][MISSED],
            )
        elif r - p > IMBALANCE:
            yield Advice(
                rule="spurious",
                action=f"Annotate texts with words that look like {label} but aren't, and check the "
                "spurious predictions in the report: the annotation may lack some of them.",
                evidence=evidence,
                entities=errors[name][SPURIOUS],
            )


def few_in_train(analysis: Measured, few_examples: int) -> Iterator[Advice]:
    """Name labels with little to learn from."""
    for name, row in analysis["dev"]["scores"]["labels"].items():
        label, count = short(name), analysis["train"]["labels"].get(name, 0)
        if count < few_examples and row["support"]:
            yield Advice(
                rule="few examples",
                action=f"Annotate more {label} entities: {few_examples} are a start, several "
                "hundred are "
                "better.",
                evidence=f"The training set has {count} {label} entities; F on the dev set is "
                f"{percent(row['f'])}.",
                entities=row["fn"],
            )


def weak_kinds(analysis: Measured, _: int) -> Iterator[Advice]:
    """Name kinds of text on which the model is much weaker than on all texts."""
    whole = analysis["dev"]["scores"]["micro"]["f"]
    for name, kinds in analysis["dev"]["fields"].items():
        if name == SOURCE:  # the file of a text is no kind of text
            continue
        for kind, row in kinds.items():
            f = row["f"]
            if whole is None or f is None or row["support"] < FEW or whole - f < WEAK_KIND:
                continue
            yield Advice(
                rule="weak kind of text",
                action=f"Annotate more texts whose {short(name)} is {kind}.",
                evidence=f"F on the dev set is {percent(f)} for these texts ({row['support']} entities) "
                f"and {percent(whole)} for all.",
                entities=row["fn"],
            )


def little_gain(analysis: Measured, _: int) -> Iterator[Advice]:
    """Say that the model is hardly better than looking names up."""
    gain = analysis["dev"]["baselines"][DICTIONARY]["gain"]["f"]
    micro = analysis["dev"]["scores"]["micro"]
    if gain is None or micro["support"] < FEW or gain >= LITTLE_GAIN:
        return
    yield Advice(
        rule="little more than a dictionary",
        action="Check that the dev set and the test set contain names that the training set doesn't "
        "have, and add varied examples to the training set. If new names never occur in your "
        "texts, a dictionary may be "
        "all you need.",
        evidence=f"The model's F on the dev set is {percent(micro['f'])}, {gain * 100:+.1f} points "
        "compared with a dictionary of the names in the training set.",
        entities=micro["fn"],
    )


def training_length(analysis: Measured, _: int) -> Iterator[Advice]:
    """Say that training ended too early or went on too long."""
    curve = analysis["curve"]
    missed = analysis["dev"]["scores"]["micro"]["fn"]
    if "last" not in curve or "best" not in curve or "trend" not in curve:
        return
    best, last, trend = curve["best"], curve["last"], curve["trend"]
    if curve["result"] == RISING:
        yield Advice(
            rule="training too short",
            action=f"Train longer: raise {STEPS}; see docs/training.md.",
            evidence=f"A straight line through the last {trend['evaluations']} evaluations on the dev "
            f"set rises by {percent(trend['rise'])} points (standard error {percent(trend['error'])}); "
            f"the score at the last step, {last['step']}, is {percent(last['score'])}.",
            entities=missed // 10,
        )
    elif curve["result"] == PEAKED:
        yield Advice(
            rule="training too long",
            action=f"Lower {STEPS}, or raise `training.dropout`: the later steps overfitted the "
            "training set.",
            evidence=f"The best score on the dev set, {percent(best['score'])}, was at step "
            f"{best['step']} of {last['step']}. The mean of the last {trend['evaluations']} evaluations "
            f"was {percent(trend['mean'])}, and single scores differed from their trend by "
            f"{percent(trend['scatter'])} points.",
            entities=missed // 10,
        )
    elif curve["result"] == NOTHING:
        yield Advice(
            rule="nothing learned",
            action="Look at what `check` found in the training set. If nothing there explains it, raise "
            f"{STEPS}.",
            evidence=f"No evaluation on the dev set up to step {last['step']} had a score above 0.",
            entities=missed,
        )


def gap(analysis: Measured, _: int) -> Iterator[Advice]:
    """Say that the score on the dev set is much higher than on the test set."""
    dev, test = analysis["dev"]["scores"]["micro"], analysis["test"]["scores"]["micro"]
    interval = test["intervals"].get("f", (None, None))
    high = interval[1]
    if dev["f"] is None or test["f"] is None or high is None or dev["too_few"] or test["too_few"]:
        return
    if dev["f"] - test["f"] > OVERFITTED and dev["f"] > high:
        yield Advice(
            rule="dev score above test score",
            action="Draw the dev set in the same way as the test set, and enlarge it. Its score "
            "is too good because it was used to choose the pipeline.",
            evidence=f"F is {percent(dev['f'])} on the dev set and {percent(test['f'])} on the test set "
            f"({in_sentence(interval, percent, '–')}).",
            entities=dev["fn"] // 4,
        )


def small_test_set(analysis: Measured, _: int) -> Iterator[Advice]:
    """Say that the test set is too small."""
    micro = analysis["test"]["scores"]["micro"]
    if not micro["too_few"]:
        return
    yield Advice(
        rule="small test set",
        action=f"Annotate more texts for the test set: at least {FEW} entities in {FEW} independent "
        "documents.",
        evidence=f"The test set has {micro['support']} entities in {micro['groups']} independent "
        "documents or groups, too few for a reliable score.",
        entities=analysis["dev"]["scores"]["micro"]["support"],
    )


def lost_to_tokens(analysis: Measured, _: int) -> Iterator[Advice]:
    """Count entities that begin or end inside a token."""
    lost, support = analysis["dev"]["lost"]["entities"], analysis["dev"]["scores"]["micro"]["support"]
    if lost and lost >= LOST_SHARE * (support + lost):
        yield Advice(
            rule="lost to tokenisation",
            action="Set misaligned in configs/convert.cfg to expand or contract, or use a tokenizer "
            "that splits where your entities begin and end.",
            evidence=f"{lost} of {support + lost} entities in the dev set begin or end inside a token, "
            "so the model can't find them.",
            entities=lost,
        )


def partly_annotated(analysis: Measured, _: int) -> Iterator[Advice]:
    """Count predictions on tokens that nobody annotated."""
    dev = analysis["dev"]
    if dev["unjudged"] >= ENOUGH:
        yield Advice(
            rule="partly annotated",
            action="Annotate the documents of the dev set and the test set completely: the figures "
            "cover annotated tokens only.",
            evidence=f"{dev['partly_annotated']} of {dev['documents']} documents in the dev set are "
            f"partly annotated; {dev['unjudged']} predictions could not be judged.",
            entities=dev["unjudged"],
        )


def not_annotated(analysis: Measured, _: int) -> Iterator[Advice]:
    """Name labels that the model finds and nobody annotated, such as the old ones after an update."""
    rows = analysis["dev"]["scores"]["labels"]
    labels = [
        name
        for name, row in rows.items()
        if row["predicted"] and not row["support"] and name not in analysis["train"]["labels"]
    ]
    if not labels:
        return
    predicted = sum(rows[name]["predicted"] for name in labels)
    shown = ", ".join(map(short, labels))
    yield Advice(
        rule="labels that nobody annotated",
        action=f"Annotate {shown} in the dev set and the test set. Until then, look at the scores of "
        "the other labels one by one: in the total, each predicted entity of these labels counts as "
        "wrong.",
        evidence=f"The model predicts {predicted} such entities on the dev set; neither the training "
        "set nor the dev set has any.",
        entities=predicted,
    )


def wrong_labels(analysis: Measured, _: int) -> Iterator[Advice]:
    """Count entities that are found and given the wrong label."""
    classes = analysis["dev"]["errors"]["classes"]
    wrong = sum(count for name, count in classes.items() if name != CORRECT)
    mixed = classes[BOTH] + classes[LABEL]
    if wrong >= ENOUGH and mixed >= BOUNDARIES * wrong:
        yield Advice(
            rule="wrong labels",
            action="Check that the words around an entity show which label it has, and merge labels "
            "where they don't (label map).",
            evidence=f"In {mixed} of {wrong} errors on the dev set, the entity was found and given the "
            "wrong label.",
            entities=mixed,
        )


RULES: tuple[Rule, ...] = (
    small_test_set,
    suspicious_gold,
    new_names,
    confused_labels,
    boundaries,
    imbalance,
    few_in_train,
    weak_kinds,
    little_gain,
    training_length,
    gap,
    lost_to_tokens,
    partly_annotated,
    not_annotated,
    wrong_labels,
)
