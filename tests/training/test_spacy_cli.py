"""spaCy's private helpers do what its own command does, whatever its version."""

import re

import pytest
from spacy.cli import app, init_config
from spacy.util import load_config, load_model_from_config
from typer.testing import CliRunner

from scripts.training.spacy_cli import parse_config_overrides, show_validation_error

OVERRIDES = ["--nlp.lang=de", "--training.max_epochs", "3", "--paths.train", "a.spacy", "--paths.dev=b"]


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


@pytest.mark.parametrize(("batch_size", "code"), [("64", 0), ("many", 1)])
def test_overrides_are_read_as_the_command_reads_them(tmp_path, batch_size, code):
    arguments = [*OVERRIDES, f"--nlp.batch-size={batch_size}"]
    overrides = parse_config_overrides(list(arguments))
    assert overrides == {
        "nlp.lang": "de",
        "training.max_epochs": 3,
        "paths.train": "a.spacy",
        "paths.dev": "b",
        "nlp.batch_size": 64 if code == 0 else "many",
    }
    config = config_in(tmp_path)
    load_config(config, overrides=overrides).to_disk(tmp_path / "merged.cfg")
    found = debug_config(config, *arguments)
    assert found == debug_config(tmp_path / "merged.cfg")
    assert found[0] == code


def test_config_that_is_refused_is_refused_in_the_commands_words(tmp_path, capsys):
    path = config_in(tmp_path, "broken.cfg", batch_size="many")
    code, said = debug_config(path)
    with pytest.raises(SystemExit) as ended, show_validation_error(path):
        load_model_from_config(load_config(path))
    assert ended.value.code == code == 1
    refused = "".join(capsys.readouterr().out.split())
    assert "batch_size" in refused
    assert refused.split("{")[0].lstrip("✘") in said
