"""spaCy's private helper does what its own command does, whatever its version."""

import re

import pytest
from spacy.cli import app, init_config
from spacy.util import load_config, load_model_from_config
from typer.testing import CliRunner

from scripts.training.spacy_cli import show_validation_error


def debug_config(*arguments):
    """Return what `spacy debug config` ends with and prints, without spaces and addresses."""
    result = CliRunner().invoke(app, ["debug", "config", *map(str, arguments)])
    said = re.sub(r" at 0x[0-9a-f]+", "", result.output)
    return result.exit_code, "".join(said.split())


def config_in(folder, name="whole.cfg", **nlp):
    """Return the path of a config that spaCy made; nlp: values of its [nlp]."""
    config = init_config(lang="en", pipeline=["ner"], silent=True)
    config["nlp"].update(nlp)
    config.to_disk(folder / name)
    return folder / name


def test_config_that_is_refused_is_refused_in_the_commands_words(tmp_path, capsys):
    path = config_in(tmp_path, "broken.cfg", batch_size="many")
    code, said = debug_config(path)
    with pytest.raises(SystemExit) as ended, show_validation_error(path):
        load_model_from_config(load_config(path))
    assert ended.value.code == code == 1
    refused = "".join(capsys.readouterr().out.split())
    assert "batch_size" in refused
    assert refused.split("{")[0].lstrip("✘") in said
