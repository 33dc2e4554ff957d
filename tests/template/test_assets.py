"""Assets: shipped files are what project.yml says, remote ones are fetched from where it says."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import srsly
from weasel.util import get_checksum

from tests.template.conftest import ROOT, Project

MANIFEST = srsly.read_yaml(ROOT / "project.yml")
SHIPPED = [asset for asset in MANIFEST["assets"] if "url" not in asset]
REMOTE = [asset for asset in MANIFEST["assets"] if "url" in asset]


def test_shipped_assets_have_the_checksums_of_project_yml() -> None:
    assert SHIPPED
    for asset in SHIPPED:
        assert get_checksum(ROOT / asset["dest"]) == asset["checksum"], asset["dest"]


def test_every_shipped_data_file_is_an_asset() -> None:
    data = {path.relative_to(ROOT).as_posix() for path in (ROOT / "assets/starter").iterdir()}
    assert data == {asset["dest"] for asset in SHIPPED}


def test_remote_assets_are_extra_and_name_a_fixed_commit() -> None:
    assert len(REMOTE) == 3
    assert all(asset["extra"] and asset["checksum"] for asset in REMOTE)
    assert len(MANIFEST["vars"]["wnut17_url"].rsplit("/", 1)[1]) == 40


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Serve three small column files on loopback under the names that the remote set has."""
    folder = tmp_path / "served"
    folder.mkdir()
    for asset in REMOTE:
        (folder / asset["url"].rsplit("/", 1)[1]).write_text("Ada\tB-person\n\n", encoding="utf8")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, directory=str(folder), **options)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        serving.shutdown()


def test_remote_assets_are_fetched_from_the_var(fresh: Project, server: str) -> None:
    run = fresh.weasel("assets", ".", "--extra", "--vars.wnut17_url", server, NO_PROXY="127.0.0.1")
    assert run.code == 0, run.output
    for asset in REMOTE:
        assert (fresh.folder / asset["dest"]).read_text(encoding="utf8") == "Ada\tB-person\n\n"
    assert run.output.count("Checksum doesn't match") == 3  # ours are not the real ones


def test_wrong_checksum_of_a_shipped_file_is_noticed(fresh: Project) -> None:
    path = fresh.folder / SHIPPED[0]["dest"]
    path.write_text(path.read_text(encoding="utf8") + "\n", encoding="utf8")
    assert "incorrect checksum" in fresh.weasel("assets").output
