"""Take the picture of the explorer that the README shows, and others to look at.

    python docs/make_screenshots.py -m wiki.w2v              writes docs/images/explorer.png
    python docs/make_screenshots.py -m wiki.w2v --all DIR    every view, light and dark, two widths

Needs Chromium on the path, and pip install 'w2v[browser,plot]'.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

import w2v
from w2v.maps.explorer import explorer_page, one_version

PICTURE = Path(__file__).parent / "images" / "explorer.png"
SHOWN = "q=king+-+man+%2B+woman"
VIEWS = {
    "start": "",
    "word": "q=river",
    "sum": SHOWN,
    "axis": "view=axes&xa=poor&xb=rich",
    "axes": "view=axes&xa=he&xb=she&ya=cold&yb=hot&only=king,queen,nurse,soldier,ice,fire,desert",
    "odd": "view=odd&odd=france,italy,spain,london",
    "compare": "view=compare&one=river&two=sea",
    "list": "view=list&list=river,sea,lake,mountain",
}
SIZES = {"wide": (1280, 800), "phone": (375, 800)}


def main() -> None:
    """Make the page and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-m", "--model", default="model.w2v")
    parser.add_argument("--title", help="the page's title; the model's name unless given")
    parser.add_argument("--all", metavar="DIR", type=Path)
    given = parser.parse_args()
    vectors = w2v.load(given.model)
    name = given.title or Path(given.model).stem
    versions, _ = one_version(name, vectors, np.arange(min(10_000, len(vectors))))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "page.html"
        page.write_bytes(explorer_page(versions))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        take(browser, f"{page.as_uri()}#{SHOWN}", PICTURE)
        for size in SIZES if given.all else ():
            for scheme in "light", "dark":
                for view, fragment in VIEWS.items():
                    target = given.all / f"{view}-{size}-{scheme}.png"
                    take(browser, f"{page.as_uri()}#{fragment}", target, size, scheme)


def take(
    browser: Any, address: str, target: Path, size: str = "wide", scheme: str = "light"
) -> None:
    """Write a picture of a page, in 256 colours so that it is small."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    page.wait_for_timeout(500)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    main()
