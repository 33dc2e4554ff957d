"""What this project adds to a spaCy config where it is absent, so that every step finds what it reads.

In: a config with all values, and the pipeline that it makes. Out: the config, changed in place; each
function yields what it changed, in words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from spacy.language import DEFAULT_CONFIG, Language
from spacy.lookups import load_lookups
from spacy.util import dot_to_object, get_sourced_components, registry, walk_dict
from thinc.api import Config

from scripts.conversion.outcome import Counts
from scripts.corpus.docs import stored_docs
from scripts.corpus.marks import ENTITIES, SPANCAT, WRONG
from scripts.files.terminal import listed, printable
from scripts.training.filling import Refusal, install, is_there, without_annotation
from scripts.training.pretraining import pretrained
from scripts.training.refusals import TRANSFORMERS, refuse_missing_files, refuse_own_run
from scripts.training.schedule import Schedule
from scripts.training.stand_alone import (
    ADD_LABELS,
    CHAIN,
    COPY_WEIGHTS,
    GOLD_AND_SILVER,
    LOAD_CLUSTERS,
    LOGGERS,
    LOOKUPS,
    READ_LABELS,
    RUN_RECORD,
    STAND_ALONE,
    WANDB,
    function_of,
    functions_in,
    without_rehearsal,
    without_silver,
)

Notes = Iterator[str]  # what was changed, a sentence each

LEXEME_NORM = "lexeme_norm"
# Suggesters of spancat that propose all spans of some lengths.
NGRAMS, NGRAM_RANGE = "spacy.ngram_suggester.v1", "spacy.ngram_range_suggester.v1"
SPAN_FINDER = "span_finder"
SILVER = "corpus/silver.spacy"  # the default of the reader GoldAndSilver
STATIC_VECTORS = ("include_static_vectors", "pretrained_vectors")  # values of spaCy's architectures
# Values of [training] that decide how the corpus is read and what is initialised with it.
READING = ("train_corpus", "dev_corpus", "frozen_components", "annotating_components")


@dataclass(frozen=True)
class Place:
    """Where a config is trained: the corpus, the run's folder, the seed, and the counts of `convert`."""

    corpus: Path
    run: Path
    seed: int
    counts: Counts


def wire(config: Config, nlp: Language, place: Place) -> list[str]:
    """Change a filled config so that this project can train it; return what changed.

    nlp: the pipeline that the config makes. Raises Refusal for what can't be trained on this corpus.
    """
    refuse_missing_files(config)
    refuse_own_run(config, place.run)
    return [
        *marking(config, nlp, place),
        *paths(config, place),
        *silver(config, nlp),
        *pretrained(config, nlp),
        *labels(config, nlp),
        *annotations(config, nlp),
        *wrong_spans(config, nlp),
        *lookups(config, nlp),
        *loggers(config),
        *before_to_disk(config),
        *schedule(config, nlp, place.counts),
    ]


def marking(config: Config, nlp: Language, place: Place) -> Notes:
    """Refuse a pipeline that marks nothing, or nothing that the corpus has."""
    found = marking_components(nlp)
    if not found:
        reason = f"The pipeline ({listed(nlp.pipe_names)}) has no component that learns to find entities"
        raise Refusal(reason, "Add ner or spancat to pipeline in [nlp], with its section.")
    first = next(stored_docs(place.corpus / "train.spacy", nlp.vocab), None)
    for name, key in keys_of_spans(nlp):
        if first is not None and key not in first.spans:
            reason = f"{name} trains on spans with the key {key!r}, but the corpus has no such spans"
            raise Refusal(reason, f"Set spans_key in configs/convert.cfg to {key}; then weasel run all.")
    for name in found:
        frozen = name in config["training"]["frozen_components"]
        if frozen and name not in get_sourced_components(config):
            reason = f"{name} is in frozen_components of [training], so that it would learn nothing"
            raise Refusal(reason, f"Remove {name} from frozen_components.")
        known = set(getattr(nlp.get_pipe(name), "labels", ()))
        unknown = sorted(set(place.counts["splits"]["train"]["labels"]) - known)
        adds = function_of(nlp.config["initialize"]["after_init"]) == ADD_LABELS
        if known and unknown and not adds:  # only a component from another pipeline has labels already
            reason = (
                f"The config takes {name} from another pipeline, which has {listed(sorted(known))}: it "
                f"can't learn {listed(unknown)}, because a component taken from elsewhere keeps "
                "its labels"
            )
            hint = (
                "To add the labels, train configs/update.cfg. To train from scratch, replace source in "
                f"[components.{name}] with a complete section, as in configs/config.cfg."
            )
            raise Refusal(reason, hint)
    yield from ()


def keys_of_spans(nlp: Language) -> Iterator[tuple[str, str]]:
    """Yield the components that learn from spans, each with the key of these spans."""
    for name in nlp.component_names:
        if nlp.get_pipe_meta(name).factory in (*SPANCAT, SPAN_FINDER):
            yield name, str(cast(Any, nlp.get_pipe(name)).cfg["spans_key"])


def marking_components(nlp: Language) -> list[str]:
    """Return the components that learn to find entities or spans."""
    factories = {name: nlp.get_pipe_meta(name).factory for name in nlp.component_names}
    return [name for name, factory in factories.items() if factory in (*ENTITIES, *SPANCAT)]


def paths(config: Config, place: Place) -> Notes:
    """Let the config read this corpus, know its run, and have one seed."""
    corpus = place.corpus.as_posix()
    for split, reader in (("train", "train_corpus"), ("dev", "dev_corpus")):
        path = f"{corpus}/{split}.spacy"
        block = dot_to_object(config.interpolate(), config["training"][reader])
        before = block.get("path") if isinstance(block, dict) else None
        config["paths"][split] = path
        if isinstance(block, dict) and "path" in block:
            dot_to_object(config, config["training"][reader])["path"] = f"${{paths.{split}}}"
            if before and Path(before) != Path(path):
                yield f"{split} is read from {path} instead of {printable(str(before))}"
    config["paths"] |= {
        "labels": f"{corpus}/labels",
        "inputs": f"{corpus}/inputs.json",
        "counts": f"{corpus}/counts.json",
        "run": place.run.as_posix(),
    }
    config["system"]["seed"] = place.seed
    config["training"]["seed"] = "${system.seed}"


def silver(config: Config, nlp: Language) -> Notes:
    """Let each pass over the training set have another sample of the texts that `teach` annotated."""
    factories = {name: nlp.get_pipe_meta(name).factory for name in nlp.component_names}
    spancat = [name for name, factory in factories.items() if factory in SPANCAT]
    for path in silver_of(config):
        if spancat:
            reason = f"{listed(spancat)} can't learn from texts that teach annotated: they have no spans"
            raise Refusal(reason, "Train ner alone, or use the reader spacy.Corpus.v1.")
        if not path.exists():
            reason = f"It trains on {printable(path.as_posix())}, which does not exist"
            raise Refusal(reason, "Put texts into assets/raw, and run the command teach first.")
        config["training"]["max_epochs"] = -1
        yield f"texts that teach annotated, from {printable(path.as_posix())}"


def silver_of(config: Config) -> list[Path]:
    """Return the corpora that `teach` wrote and that a config trains on: one or none."""
    block = dot_to_object(config.interpolate(), config["training"]["train_corpus"])
    return [Path(block.get("silver", SILVER))] if function_of(block) == GOLD_AND_SILVER else []


def labels(config: Config, nlp: Language) -> Notes:
    """Let every component with labels that is initialised read those that the step `labels` collects."""
    settled = {*get_sourced_components(config), *config["training"]["frozen_components"]}
    added = []
    for name, component in nlp.pipeline:
        if name in settled or getattr(component, "label_data", None) is None:
            continue
        block = config["initialize"]["components"].setdefault(name, {})
        if not is_own_choice(block.get("labels"), config):
            counts = "${paths.counts}" if name in marking_components(nlp) else None
            path = f"${{paths.labels}}/{name}.json"
            reader = {"@readers": READ_LABELS, "path": path, "counts": counts}
            if block.get("labels") != reader:
                added.append(name)
            block["labels"] = reader
    if added:
        yield f"labels of {listed(added)}, as collected by the step `labels`"


def is_own_choice(value: Any, config: Config) -> bool:
    """Say whether a config has labels of its own: a list, or a file that `labels` doesn't write."""
    if not isinstance(value, dict) or "path" not in value:
        return value is not None
    found = Config({"paths": config["paths"], "value": value}).interpolate()
    path = Path(str(found["value"]["path"]))
    return path.exists() and path.parent != Path(config["paths"]["labels"])


def annotations(config: Config, nlp: Language) -> Notes:
    """Freeze components that the corpus can't teach, or refuse those that are not trained already."""
    training = config["training"]
    for name, needed in without_annotation(nlp).items():
        factory = nlp.get_pipe_meta(name).factory
        if name not in get_sourced_components(config):
            reason = f"[components.{name}] ({factory}) needs {needed}, but the corpus has none"
            hint = (
                f"Remove {name} from pipeline in [nlp], or take it from another pipeline: replace "
                "the contents "
                f'of [components.{name}] with source = "en_core_web_sm".'
            )
            raise Refusal(reason, hint)
        if name not in training["frozen_components"]:
            training["frozen_components"] = [*training["frozen_components"], name]
            yield f"{name} is frozen: the corpus has no {needed} to train it on"
        unscored = nlp.get_pipe_meta(name).default_score_weights or {}
        training["score_weights"] |= dict.fromkeys(unscored)


def wrong_spans(config: Config, nlp: Language) -> Notes:
    """Let `ner` learn from spans that are known to be wrong, where the annotations have such spans."""
    for name in marking_components(nlp):
        block = config["components"][name]
        if "incorrect_spans_key" in block and block["incorrect_spans_key"] is None:
            block["incorrect_spans_key"] = WRONG
            yield f"{name} learns from rejected spans if there are any (incorrect_spans_key)"


def without_vectors(config: Config) -> Notes:
    """Do without word vectors where there are none to load; yield why."""
    name = config.interpolate()["initialize"]["vectors"]
    if name is not None and is_there(name):
        return
    used = walk_dict(config["components"])
    users = [keys for keys, value in used if keys[-1] in STATIC_VECTORS and value]
    if name is not None:
        config["initialize"]["vectors"] = None
        if "vectors" in config["paths"]:
            config["paths"]["vectors"] = None
            config["initialize"]["vectors"] = "${paths.vectors}"
    for keys in users:
        block = dot_to_object(config["components"], ".".join(keys[:-1]))
        block[keys[-1]] = False
    if name is not None:
        found = printable(str(name))
        yield f"No word vectors: {found} was not found. {install(found)}"
    elif users:
        yield "No word vectors: the config uses them, but vectors in [paths] is not set"


def lookups(config: Config, nlp: Language) -> Notes:
    """Add normal forms of words, and leave out tables that spacy-lookups-data does not have."""
    block = config["initialize"]["lookups"]
    factories = {nlp.get_pipe_meta(name).factory for name in nlp.component_names}
    lang = str(nlp.lang)
    if block is None and not factories & {*TRANSFORMERS}:
        if has_table(lang, LEXEME_NORM):
            block = {"@misc": LOOKUPS, "lang": "${nlp.lang}", "tables": [LEXEME_NORM]}
            config["initialize"]["lookups"] = block
            yield f"normal forms of words ({LEXEME_NORM} of spacy-lookups-data)"
    elif function_of(block) == LOOKUPS:
        block["lang"] = "${nlp.lang}"
        for table in [table for table in block["tables"] if not has_table(lang, table)]:
            block["tables"] = [each for each in block["tables"] if each != table]
            yield f"without lookups: spacy-lookups-data has no table {table} for {lang!r}"


def has_table(lang: str, table: str) -> bool:
    """Say whether spacy-lookups-data has a table for a language."""
    return len(load_lookups(lang, [table], strict=False).get_table(table, {})) > 0


def loggers(config: Config) -> Notes:
    """Add the loggers for run.json, curve.jsonl and wandb next to the config's own."""
    logger = config["training"]["logger"]
    present = functions_in(logger)
    files = {key: f"${{paths.{key}}}" for key in ("train", "dev", "counts")}
    added: list[dict[str, Any]] = []
    if RUN_RECORD not in present:
        added.append({"@loggers": RUN_RECORD, **files, "inputs": "${paths.inputs}"})
    if not present & LOGGERS and not any("wandb" in name.lower() for name in present):
        run = "${paths.run}"
        added.append({"@loggers": WANDB, "project": "ner", "run": run, "group": None, "files": files})
    if added:
        chained = {f"logger{n}": block for n, block in enumerate([logger, *added], 1)}
        config["training"]["logger"] = {"@loggers": CHAIN, **chained}
        written = ["run.json", "curve.jsonl", "wandb (offline)"][: 1 + len(added)]
        yield f"loggers for {listed(written)}"


def before_to_disk(config: Config) -> Notes:
    """Save the pipeline with a config that stands alone, and with scores in a fixed order."""
    block = config["training"]["before_to_disk"]
    if function_of(block) != STAND_ALONE:
        config["training"]["before_to_disk"] = {"@callbacks": STAND_ALONE, "first": block}
        yield "pipelines are saved with a config that needs no code of this project"


def schedule(config: Config, nlp: Language, counts: Counts) -> Notes:
    """Write the numbers that [schedule] asks for, and read a large training set as a stream."""
    training = config["training"]
    # spaCy's `debug data` and `create_optimizer` don't follow references
    training["optimizer"] = config.interpolate()["training"]["optimizer"]
    if "schedule" in config:
        asked = Schedule.model_validate(config.pop("schedule"))
        batcher = registry.resolve({"batcher": config.interpolate()["training"]["batcher"]})["batcher"]
        training |= asked.numbers(counts["lengths"], batcher)
        rate = training["optimizer"].get("learn_rate")
        if isinstance(rate, dict):
            rate = rate.get("schedule", rate)  # of a pipeline that was saved, see `stand_alone`
        if isinstance(rate, dict) and "total_steps" in rate:
            rate["total_steps"] = training["max_steps"]
            if rate.get("warmup_steps", 0) >= training["max_steps"]:
                yield "the learning rate rises up to the last step: lower warmup_steps, or train longer"
        steps, every = training["max_steps"], training["eval_frequency"]
        yield (
            f"{steps:,} steps, an evaluation every {every:,} ([schedule]: {asked.passes:g} passes over "
            f"the training set, {asked.minimum:,} to {asked.maximum:,} steps)"
        )
        yield from suggesters(config, nlp, asked.suggested(counts["span_lengths"]))
    if counts["streamed"] and training["max_epochs"] != -1:
        limit = training["max_epochs"]
        training["max_epochs"] = -1
        yield "the training set is large: it is read as a stream (max_epochs = -1)" + (
            f", so training ends at max_steps and not after max_epochs = {limit}" if limit else ""
        )
    if training["max_steps"] == 0 and training["patience"] == 0 and training["max_epochs"] < 1:
        reason = "Training would never end: max_steps and patience in [training] are 0"
        raise Refusal(reason, "Set one of the two; or add [schedule], as in configs/config.cfg.")


def suggesters(config: Config, nlp: Language, suggested: tuple[int, float] | None) -> Notes:
    """Let every spancat suggest spans of as many tokens as those of the training set have.

    suggested: the most tokens, and the share of spans that have no more; None changes nothing. Other
    suggesters than spaCy's of n-grams stay as they are.
    """
    if suggested is None:
        return
    most, share = suggested
    for name in marking_components(nlp):
        block = config["components"][name].get("suggester")
        if function_of(block) == NGRAM_RANGE:
            block["max_size"] = max(most, block["min_size"])
        elif function_of(block) == NGRAMS:
            block["sizes"] = list(range(1, most + 1))
        else:
            continue
        yield (
            f"{name} suggests every span of up to {most} tokens ([schedule]): {share:.1%} of the spans "
            "in the training set are that short"
        )


def for_corpus(config: Config) -> Config:
    """Return a wired config for the steps that look at the corpus before training: `check` and `labels`.

    It has nothing that differs between runs on the same corpus (the seed, the run's folder, most of
    [training]), so that these steps are skipped for another seed; it reads no label files, which are yet
    to be written; and it loads no word clusters, weights or predictions of other pipelines, which take
    time and change no label.
    """
    kept = config.copy()
    kept["paths"]["run"] = None
    kept["system"]["seed"] = DEFAULT_CONFIG["system"]["seed"]
    reading = {key: config["training"][key] for key in READING}
    kept["training"] = {**DEFAULT_CONFIG["training"], **reading}
    if function_of(kept["initialize"]["before_init"]) == LOAD_CLUSTERS:
        kept["initialize"]["before_init"] = None
    kept["initialize"]["init_tok2vec"] = None
    kept["corpora"] = {name: without_silver(block) for name, block in kept["corpora"].items()}
    if function_of(kept["initialize"]["after_init"]) == COPY_WEIGHTS:
        kept["initialize"]["after_init"] = None
    without_rehearsal(kept)
    for block in kept["initialize"]["components"].values():
        if function_of(block.get("labels")) == READ_LABELS:
            del block["labels"]
    return kept
