"""A corpus and a config that train in a second, for tests of trials and of what is built on them."""

from pathlib import Path

from scripts.trials.trial import Trial
from tests.corpora import make_corpus

NAMES = ["Ada", "Bo", "Cy", "Dee", "Eve", "Flo", "Gus", "Hal", "Ida", "Joe", "Kim", "Lou"]
CONFIG = """
[nlp]
lang = "en"
pipeline = ["ner"]

[components]

[components.ner]
factory = "ner"

[components.ner.model]
@architectures = "spacy.TransitionBasedParser.v2"
state_type = "ner"
extra_state_tokens = false
hidden_width = 16
maxout_pieces = 1
use_upper = true

[components.ner.model.tok2vec]
@architectures = "spacy.HashEmbedCNN.v2"
pretrained_vectors = null
width = 16
depth = 1
embed_size = 200
window_size = 1
maxout_pieces = 2
subword_features = true

[training]
dropout = 0.1
patience = 0
max_steps = 12
eval_frequency = 4

[training.optimizer]
@optimizers = "Adam.v1"
learn_rate = 0.01
"""
ENDLESS = {"training.max_steps": 1_000_000, "training.eval_frequency": 2}


def tiny_corpus(folder: Path) -> Path:
    """Make a corpus of 36 and 8 texts with PERSON and ORG; three texts of a name are a group."""
    train = [
        f"[{name}](PERSON) met [Acme{number}](ORG) in {place}."
        for number, name in enumerate(NAMES)
        for place in ("May", "June", "a hall")
    ]
    dev = [f"Then [{name}](PERSON) joined [Corp{at}](ORG)." for at, name in enumerate(NAMES[:8])]
    test = [f"Later [{name}](PERSON) left [Firm{at}](ORG)." for at, name in enumerate(NAMES[:6])]
    return make_corpus(folder, train=train, dev=dev, test=test)


def tiny_config(folder: Path) -> Path:
    """Write the config."""
    path = folder / "tiny.cfg"
    path.write_text(CONFIG, encoding="utf8")
    return path


def tiny_trial(folder: Path, name: str = "one", **values: object) -> Trial:
    """Return a trial of the config and the corpus in a folder."""
    defaults = {"config": str(folder / "tiny.cfg"), "corpus": (folder / "corpus").as_posix()}
    return Trial(name, **{**defaults, **values})  # type: ignore[arg-type]
