"""A picture of the report's first screen, for README.

    python -m benchmarks.picture training/default/report.html docs/images/report.png

In: a report, by default that of the starter corpus; `playwright` and a Chromium on the path. Out: a PNG
of 1,440 by 900 pixels, in the light theme.
"""

import shutil
from pathlib import Path

import typer

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTH, HEIGHT = 1440, 900

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def picture_cli(
    report: Path = typer.Argument(Path("training/default/report.html"), exists=True, dir_okay=False),
    picture: Path = typer.Argument(Path("docs/images/report.png")),
) -> None:
    """Take a picture of the first screen of a report."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise typer.BadParameter(f"No browser on the path: install one of {', '.join(BROWSERS)}")
    picture.parent.mkdir(parents=True, exist_ok=True)
    take(report, picture, browser)
    print(f"{picture.as_posix()}: {picture.stat().st_size:,} bytes")  # noqa: T201


def take(report: Path, picture: Path, browser: str) -> None:
    """Write the picture. browser: the path of a Chromium."""
    from playwright.sync_api import sync_playwright  # only this command needs it

    with sync_playwright() as running:
        launched = running.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = launched.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(report.resolve().as_uri())
        page.screenshot(path=picture)
        launched.close()


if __name__ == "__main__":
    app()
