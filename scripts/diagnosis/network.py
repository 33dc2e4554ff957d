"""The network: whether it can learn twenty documents by heart, how fast it learns, and what it finds.

In: the config of a run, the training set and the pipeline. Out: symptoms. A network that can't learn a
few documents by heart learns nothing from many: something is wrong with it or with the annotations
(Karpathy 2019, "A Recipe for Training Neural Networks").
"""

import logging
import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import spacy
from confection import Config
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.training.initialize import init_nlp
from spacy.util import load_config, registry
from spacy.vocab import Vocab
from thinc.api import fix_random_seed

from scripts.corpus.docs import ATTRIBUTES, stored_docs, unannotated
from scripts.corpus.marks import ENTITIES, SPANCAT, marked_spans, spans_key_of
from scripts.diagnosis.symptom import Symptom
from scripts.files import atomic
from scripts.files.pipelines import to_type
from scripts.files.terminal import listed, printable
from scripts.scoring.metrics import percent

DOCUMENTS = 20
STEPS, EVERY = 300, 10
LEARNED = 0.9  # F on the documents that were learned by heart
LOWEST, HIGHEST = (
    1e-6,
    0.02,
)  # largest learning rates that make sense: a transformer's, a small network's
POOR = 0.05  # F on the test set


def learning_rate(config: Path) -> Iterator[Symptom]:
    """Yield whether the learning rate is one with which something can be learned."""
    if not config.is_file():
        yield Symptom("note", "There is no config to look at yet", to_type("config", config.parent))
        return
    training = load_config(config, interpolate=True)["training"]
    optimizer = registry.resolve({"optimizer": training["optimizer"]})["optimizer"]
    rates = list(rates_of(optimizer, int(training["max_steps"]) or 1000))
    told = (
        f"The learning rate rises to {max(rates):g}"
        if len(set(rates)) > 1
        else f"The learning rate is {rates[0]:g}"
    )
    way = (
        "Set the rate in [training.optimizer] of the config as in configs/config.cfg: 0.001 to 0.005, "
        "for a transformer 0.00005"
    )
    if max(rates) > HIGHEST:
        yield Symptom("broken", f"{told}, which is too high to learn anything", way)
    elif max(rates) < LOWEST:
        yield Symptom("broken", f"{told}, which is too low to learn anything", way)
    else:
        yield Symptom("well", told)


def rates_of(optimizer: Any, steps: int) -> Iterator[float]:
    """Yield the learning rate of each step."""
    for _ in range(steps):
        optimizer.step_schedules()
        yield float(optimizer.learn_rate)


def by_heart(config: Path, corpus: Path, gpu_id: int = -1) -> Iterator[Symptom]:
    """Yield whether the network of a config can learn some documents of the training set by heart."""
    if not config.is_file() or not (corpus / "train.spacy").exists():
        way = "weasel run inputs, then convert and config"
        yield Symptom("note", "Whether the network learns can't be tried yet", way)
        return
    loaded = load_config(config, interpolate=False)
    key = spans_key_of(loaded.interpolate())
    if frozen := frozen_in(loaded):
        told = f"{listed(frozen)} can't learn, because of frozen_components in [training]"
        yield Symptom("broken", told, "Take it out of frozen_components")
        return
    docs = with_entities(corpus, key)
    if not docs:
        yield Symptom(
            "broken", "No document of the training set has entities", "See corpus/rejected.jsonl"
        )
        return
    f, steps = learned(loaded, docs, key, gpu_id)
    told = (
        f"F {percent(f)} on {len(docs)} documents of the training set after {steps} steps on them alone"
    )
    if f < LEARNED:
        way = (
            "Look at the learning rate and frozen_components, and whether the same words have different "
            "labels (weasel run check)"
        )
        yield Symptom("broken", f"The network can't learn a few documents by heart: {told}", way)
    else:
        yield Symptom("well", f"The network learns: {told}")


def frozen_in(config: Config) -> list[str]:
    """Return the components that find entities and may not learn, in order."""
    frozen = config["training"].get("frozen_components", [])
    blocks = config["components"]
    return [name for name in frozen if blocks.get(name, {}).get("factory") in (*ENTITIES, *SPANCAT)]


def with_entities(corpus: Path, key: str | None) -> list[Doc]:
    """Return the first documents of the training set that have entities."""
    found = (doc for doc in stored_docs(corpus / "train.spacy", Vocab()) if marked_spans(doc, key))
    return list(islice(found, DOCUMENTS))


def learned(config: Config, docs: list[Doc], key: str | None, gpu_id: int) -> tuple[float, int]:
    """Return F of a new pipeline on the documents that it is trained on, and after how many steps."""
    with tempfile.TemporaryDirectory() as temporary, quietly():
        path = Path(temporary) / "docs.spacy"
        DocBin(attrs=ATTRIBUTES, docs=docs, store_user_data=True).to_disk(path)
        reader = {"@readers": "spacy.Corpus.v1", "path": str(path)}
        config["corpora"] = {"train": reader, "dev": reader}
        config["training"] |= {"train_corpus": "corpora.train", "dev_corpus": "corpora.dev"}
        config["initialize"][
            "components"
        ] = {}  # with their labels, which are those of these documents here
        fix_random_seed(0)
        nlp = init_nlp(config, use_gpu=gpu_id)
    optimizer = registry.resolve({"one": nlp.config.interpolate()["training"]["optimizer"]})["one"]
    examples = [Example(unannotated(doc, nlp), doc) for doc in docs]
    frozen = list(nlp.config["training"]["frozen_components"])
    best = 0.0
    for step in range(1, STEPS + 1):
        losses: dict[str, float] = {}
        nlp.update(examples, sgd=optimizer, drop=0.0, losses=losses, exclude=frozen)
        optimizer.step_schedules()
        if not all(map(math.isfinite, losses.values())):
            return best, step
        if step % EVERY == 0:
            best = max(best, score(nlp, docs, key, optimizer))
            if best >= LEARNED:
                return best, step
    return best, STEPS


def score(nlp: Language, docs: list[Doc], key: str | None, optimizer: Any) -> float:
    """Return F of a pipeline on documents, with averaged weights where the config asks for them."""
    with nlp.use_params(optimizer.averages or {}):
        scores = nlp.evaluate([Example(unannotated(doc, nlp), doc) for doc in docs])
    return scores.get("ents_f" if key is None else f"spans_{key}_f") or 0.0


@contextmanager
def quietly() -> Iterator[None]:
    """Let spaCy say nothing of what it initializes."""
    logger = logging.getLogger("spacy")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def predictions(run: Path, corpus: Path) -> Iterator[Symptom]:
    """Yield whether the trained pipeline finds anything at all, and how good it was on the test set."""
    model = run / "model-best"
    if not model.is_dir():
        yield Symptom("note", "There is no trained pipeline yet", to_type("all", run))
        return
    try:
        nlp = spacy.load(model)
    except (OSError, ValueError, ImportError) as error:
        said = printable(" ".join(str(error).split()), 300)
        way = f"Train it again: delete project.lock, then {to_type('all', run)}"
        yield Symptom("broken", f"The pipeline in {model.as_posix()} can't be loaded: {said}", way)
        return
    key = spans_key_of(nlp.config)
    docs = with_entities(corpus, key) if (corpus / "train.spacy").exists() else []
    found = sum(len(marked_spans(doc, key)) for doc in nlp.pipe(unannotated(doc, nlp) for doc in docs))
    if docs and not found:
        way = "Train longer: passes and minimum in [schedule], or max_steps in [training]"
        told = f"The pipeline finds nothing, not even in {len(docs)} documents that it was trained on"
        yield Symptom("broken", told, way)
    elif docs:
        yield Symptom(
            "well", f"The pipeline finds {found} entities in {len(docs)} documents of the training set"
        )
    metrics = atomic.read_json(run / "metrics.json") if (run / "metrics.json").is_file() else {}
    f = metrics.get("ents_f")
    if f is not None and f < POOR:
        dev = metrics["dev"]["ents_f"]
        told = f"F is {percent(f)} on the test set, and {percent(dev)} on the dev set"
        way = "Compare labels and kinds of texts of the sets: weasel run check"
        yield Symptom("broken", told, way)
