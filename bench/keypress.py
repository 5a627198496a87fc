"""How long from a key to the next picture: the real server, a real browser, 200,000 readings.

``python -m bench.keypress`` makes the office of ``bench.review`` with a scan file behind it (pages
of a colour sample at 200 dpi over and over, each decoded anew as pages of other people are), serves
it, and answers items by keyboard in Chromium: first as a person does, a pause between keys, then as
fast as pictures come. Measured in the page, from the key's event to the first frame after the next
crop is decoded (performance marks). Prints milliseconds on the clock, and the server's CPU a key.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from playwright.sync_api import Page, sync_playwright

import pipeline.store.connection  # noqa: F401 - Django must be set up before models
from bench.publish import PERIOD, SHA256, fill, invented_roster
from bench.review import DOUBTFUL_ONE_IN, READINGS, ROWS_A_SHEET, UNITS
from ocr.layout import load_layout
from pipeline.config import create_workspace
from pipeline.forms.built import layout_path
from pipeline.roles import Role
from pipeline.store import models
from pipeline.store.connection import close_store
from pipeline.work.accounts import create_account
from pipeline.work.audit import COMMAND_LINE
from pipeline.work.files import kept_path
from pipeline.work.office import Office, open_office
from pipeline.work.queue import rebuild_queue

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "cs-tay-xoa" / "scan-cs-tay-xoa.pdf"
KEYS, WARM_UP = 120, 5
PAUSE_MS = 400
"""Between keys of a person: looking at a crop takes at least that."""
PASSWORD = "Mat-khau-bench-1"  # noqa: S105 - of an office in a temporary folder

_MEASURE = """() => {
  window.spent = [];
  document.addEventListener("keydown", () => performance.mark("key"), true);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "review") return;
    document.getElementById("crop").decode().then(() => requestAnimationFrame(() => {
      const painted = new MessageChannel();  // its message comes after the frame is painted
      painted.port1.onmessage = () => {
        performance.mark("shown");
        spent.push(performance.measure("next", "key", "shown").duration);
      };
      painted.port2.postMessage(0);
    }));
  });
}"""


def measure(readings: int = READINGS, keys: int = KEYS) -> dict[str, Any]:
    """Milliseconds from key to picture, with and without a pause."""
    with tempfile.TemporaryDirectory(prefix="phieu-bench-") as folder:
        office = _office(Path(folder, "office"), readings)
        waiting = models.QueueItem.objects.count()
        root = office.workspace.root
        close_store()
        with _serving(root) as (address, server), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            _begin(page, address)
            _press(page, WARM_UP, PAUSE_MS)
            before = _cpu_s(server)
            with_pause = _press(page, keys, PAUSE_MS)
            cpu_ms = 1000 * (_cpu_s(server) - before) / keys
            without = _press(page, keys, 0)
            browser.close()
        return {
            "readings": readings,
            "waiting": waiting,
            "keys": keys,
            "load_average": round(os.getloadavg()[0], 1),
            "with_pause_ms": _summary(with_pause),
            "without_pause_ms": _summary(without),
            "server_cpu_ms_a_key": round(cpu_ms, 1),
        }


def _office(root: Path, readings: int) -> Office:
    create_workspace(root, "long_bien_2021")
    office = open_office(root)
    people = readings // ROWS_A_SHEET
    fill(office.form_set, invented_roster(UNITS, people), doubtful_one_in=DOUBTFUL_ONE_IN)
    rebuild_queue(office)
    layout = layout_path(office.form_set, "03B")
    shutil.copy(layout, office.workspace.layouts)
    _write_scan(kept_path(office.workspace, SHA256, "pdf"), people * len(load_layout(layout).pages))
    account = create_account("bench", PASSWORD, [Role.DUYET], None, COMMAND_LINE)
    models.Account.objects.filter(pk=account.pk).update(must_change_password=False)
    return office


def _write_scan(path: Path, pages: int) -> None:
    with pikepdf.open(SAMPLE) as sample, pikepdf.new() as scan:
        scan.pages.extend(sample.pages)
        of_sample = list(scan.pages)
        while len(scan.pages) < pages:
            scan.pages.extend(of_sample[: pages - len(scan.pages)])
        scan.save(path)


@contextmanager
def _serving(root: Path) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "pipeline.cli", "review", "serve", "--port", "0"]
    log = root / "server.log"  # a pipe that nobody reads would fill up
    with log.open("w", encoding="utf-8") as written:
        server = subprocess.Popen(
            [*command, "--workspace", str(root)],
            stderr=written,
            env=dict(os.environ, COLUMNS="500"),
        )
    try:
        while "http" not in log.read_text(encoding="utf-8"):
            if server.poll() is not None:
                raise RuntimeError(log.read_text(encoding="utf-8"))
            time.sleep(0.2)
        words = log.read_text(encoding="utf-8").split()
        yield next(word for word in words if word.startswith("http")).rstrip("/"), server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def _cpu_s(pid: int) -> float:
    """CPU seconds of a process and those it started that still run."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    ticks = 0
    for each in (str(pid), *children):
        fields = Path(f"/proc/{each}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _begin(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("[name=username]", "bench")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Đăng xuất").wait_for()
    page.goto(f"{address}/review/{PERIOD}/one?kind=choice")
    page.wait_for_load_state("networkidle")
    page.evaluate(_MEASURE)


def _press(page: Page, keys: int, pause_ms: int) -> list[float]:
    page.evaluate("spent.length = 0")
    for at in range(keys):
        page.keyboard.press("Digit1" if at % 2 else "Enter")
        while page.evaluate("spent.length") <= at:
            page.wait_for_timeout(5)
        page.wait_for_timeout(pause_ms)
    return list(page.evaluate("spent"))


def _summary(ms: Sequence[float]) -> dict[str, float]:
    names = {"median": 50, "p95": 95, "largest": 100}
    return {name: round(float(np.percentile(ms, at)), 1) for name, at in names.items()}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
