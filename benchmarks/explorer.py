"""Measure the explorer's page for a model: its size, opening it, zooming in it, and its answers.

    python benchmarks/explorer.py -m wiki.w2v --limit 10000 20000

Needs Chromium on the path and Playwright (pip install 'w2v[browser]'). A headless browser draws
without a graphics card, so frames are slower here than on any laptop. The page's answers come from
vectors rounded to whole numbers; they are compared with those of the vectors themselves. Prints a
Markdown table, or JSON with --json.

Outcome: docs/explorer.md.
"""

from __future__ import annotations

import argparse
import importlib
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from measuring import machine, versions

import w2v
from w2v.maps.explorer import Version, explorer_page, one_version, quantized
from w2v.vectors.embedding import Embedding
from w2v.vectors.questions import neighbors

OPENED = """
new MutationObserver((_, observer) => {
    if (document.documentElement?.dataset.ready === undefined) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => (window.seen = performance.now())));
}).observe(document, { subtree: true, attributes: true });
"""
# The time between frames, and the time of each on the page's thread, while a wheel turns.
ZOOMED = """async () => {
    const { atlas } = explorer;
    const [gaps, costs] = [[], []];
    const paint = atlas.paint.bind(atlas);
    atlas.paint = (time) => {
        const start = performance.now();
        paint(time);
        costs.push(performance.now() - start);
    };
    let last = 0;
    for (let frame = 0; frame < 240; frame++) {
        const time = await new Promise(requestAnimationFrame);
        if (last) gaps.push(time - last);
        last = time;
        const deltaY = frame % 120 < 60 ? -30 : 30;
        atlas.canvas.dispatchEvent(new WheelEvent("wheel", { deltaY, clientX: 800, clientY: 400 }));
    }
    return { gaps, costs };
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-m", "--model", required=True)
    parser.add_argument("--limit", type=int, nargs="+", default=[10_000, 20_000])
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--opens", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    vectors = w2v.load(given.model)
    results = [measure(vectors, limit, given.queries, given.opens) for limit in given.limit]
    about = {"machine": machine(), "versions": versions("numpy", "playwright")}
    if given.json:
        print(json.dumps({**about, "pages": results}))
        return
    print("| " + " | ".join(results[0]) + " |\n|" + "---|" * len(results[0]))
    for result in results:
        print("| " + " | ".join(map(str, result.values())) + " |")
    print(about, file=sys.stderr)


def measure(vectors: Embedding, limit: int, queries: int, opens: int) -> dict[str, Any]:
    """The figures of one page."""
    versions_, _ = one_version("model", vectors, np.arange(min(limit, len(vectors))))
    start = time.process_time()
    content = explorer_page(versions_)
    made = time.process_time() - start
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_bytes(content)
        seen = in_browser(path, opens)
    return {
        "words": len(versions_[0].words),
        "made in, s of CPU": round(made, 1),
        "size, MB": round(len(content) / 1e6, 2),
        **seen,
        **agreement(versions_[0], queries),
    }


def in_browser(path: Path, opens: int) -> dict[str, float]:
    """How long the page takes to be drawn for the first time, and its frames while zooming."""
    playwright = importlib.import_module("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(OPENED)
        session = browser.new_browser_cdp_session()
        times, used = [], []
        for _ in range(opens):
            page.goto("about:blank")
            before = cpu(session)
            page.goto(path.as_uri())
            page.wait_for_function("() => window.seen")
            times.append(page.evaluate("window.seen"))
            used.append(cpu(session) - before)
        before = cpu(session)
        frames = page.evaluate(ZOOMED)
        zooming = cpu(session) - before
        browser.close()
    gaps, costs = np.array(frames["gaps"]), np.array(frames["costs"])
    return {
        "opens in, ms": round(float(np.median(times))),
        "CPU of it, ms": round(1000 * float(np.median(used))),
        "frames per second": round(1000 / float(gaps.mean()), 1),
        "script of a frame, ms": round(float(np.median(costs)), 1),
        "CPU of a frame, ms": round(1000 * zooming / len(gaps), 1),
    }


def cpu(session: Any) -> float:
    """Seconds of CPU time of all the browser's processes so far."""
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    return float(sum(process["cpuTime"] for process in processes))


def agreement(version: Version, queries: int) -> dict[str, float]:
    """How well answers from rounded vectors match those of the vectors, for evenly spread words."""
    exact = Embedding(version.words, version.rows)
    rounded = Embedding(version.words, quantized(version.rows).astype(np.float32))
    step = max(1, len(version.words) // queries)
    asked = version.words[::step]
    pairs = list(zip(neighbors(exact, asked), neighbors(rounded, asked), strict=True))
    words = [[{word for word, _ in answers} for answers in pair] for pair in pairs]
    errors = [
        abs(dict(ours)[word] - score)
        for theirs, ours in pairs
        for word, score in theirs
        if word in dict(ours)
    ]
    return {
        "of ten neighbours kept, %": round(float(np.mean([len(a & b) for a, b in words])) * 10, 2),
        "same nearest, %": round(float(np.mean([a[0][0] == b[0][0] for a, b in pairs])) * 100, 2),
        "cosines differ by at most": round(max(errors), 5),
    }


if __name__ == "__main__":
    main()
