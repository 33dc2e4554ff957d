"""configs/sweep.yml as it is shipped: the sweep and an agent of W&B can both use it."""

import srsly
from spacy.util import load_config
from wandb.sdk.launch.sweeps.utils import (
    create_sweep_command,
    create_sweep_command_args,
    load_sweep_config,
)

from scripts.search.space import read_sweep
from scripts.trials.overrides import has
from tests.template.conftest import ROOT

PATH = ROOT / "configs/sweep.yml"


def test_every_value_is_one_of_the_default_config() -> None:
    config = load_config(ROOT / "configs/config.cfg")
    names = read_sweep(PATH).parameters
    assert len(names) > 2
    assert [name for name in names if not has(config, name)] == []


def test_wandb_reads_it() -> None:
    assert load_sweep_config(str(PATH)) == srsly.read_yaml(PATH)


def test_agent_of_wandb_starts_spacy_train_with_the_values() -> None:
    values = {"training.dropout": {"value": 0.2}, "components.tok2vec.model.encode.depth": {"value": 3}}
    given = create_sweep_command_args({"args": values})
    command = create_sweep_command(srsly.read_yaml(PATH)["command"])
    filled = [part for word in command for part in given.get(word[2:-1], [word])]
    assert filled[2:] == [
        *("-m", "spacy", "train", "training/default/config.cfg"),
        *("--training.dropout=0.2", "--components.tok2vec.model.encode.depth=3"),
    ]
