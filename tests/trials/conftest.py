from pathlib import Path

import pytest

from tests.trials.tiny import tiny_config, tiny_corpus


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    """A folder with a tiny corpus and a config."""
    folder = tmp_path_factory.mktemp("tiny")
    tiny_corpus(folder)
    tiny_config(folder)
    return folder
