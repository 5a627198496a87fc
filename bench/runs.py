"""A run of the bench: the corpus in chunks, read and counted, and gone on with after a break.

Each finished chunk is one line of a journal in ``bench/out``. A journal belongs to one state of
reader, samples and bench, one seed and one scale; another state starts a new one.
"""

import hashlib
import json
import os
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from math import ceil
from pathlib import Path

from bench.conditions import BY_NAME, GOALS, Setting, of_goal
from bench.corpus import Page, dense_scan, layouts, sheet_scans
from bench.judge import Failure, judge
from bench.strokes import RealMarks, load_real_marks
from ocr.images import decode
from ocr.page import read_page
from pipeline.batch import Engine, Processes
from pipeline.scans.worker import settle

DENSE_A_CHUNK, SHEETS_A_CHUNK = 4, 4
ROOT = Path(__file__).resolve().parent.parent
JUDGED = ("ocr", "samples", "bench", "pipeline/scans")
"""What the outcome depends on."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: dense pages and real sheets for each goal."""

    dense: Mapping[str, int]
    sheets: Mapping[str, int]

    def part(self, share: float) -> "Scale":
        """A share of it, rounded up."""
        return Scale(
            {goal: ceil(count * share) for goal, count in self.dense.items()},
            {goal: ceil(count * share) for goal, count in self.sheets.items()},
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """Pages or sheets ``first`` .. ``first + count - 1`` of a setting; ``ink`` is a file of real
    marks to write with, or empty."""

    setting: str
    source: str
    seed: int
    first: int
    count: int
    ink: str = ""
    pictures: bool = False

    @property
    def key(self) -> str:
        """What its line in the journal is found by."""
        return f"{self.source}|{self.setting}|{self.first}|{self.count}"


@dataclass(frozen=True)
class Cost:
    """CPU ms of reading pages of real sheets from their files: all together, and the slowest."""

    pages: int = 0
    total_ms: float = 0.0
    slowest_ms: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.pages + other.pages,
            self.total_ms + other.total_ms,
            max(self.slowest_ms, other.slowest_ms),
        )


@dataclass(frozen=True)
class Measured:
    """What came of a chunk."""

    counts: Counter[str]
    cost: Cost
    failures: list[Failure]


def chunks_of(scale: Scale, seed: int, ink: str = "", *, pictures: bool) -> list[Chunk]:
    """All chunks of a run, the settings in turn, so that a broken run has something of each."""
    made: list[tuple[float, Chunk]] = []
    for goal in GOALS:
        for setting in of_goal(goal):
            for source, wanted, size in (
                ("dense", scale.dense[goal], DENSE_A_CHUNK),
                ("sheet", scale.sheets[goal], SHEETS_A_CHUNK),
            ):
                total = ceil(wanted * setting.share)
                for first in range(0, total, size):
                    count = min(size, total - first)
                    chunk = Chunk(setting.name, source, seed, first, count, ink, pictures)
                    made.append((first / total, chunk))
    return [chunk for _, chunk in sorted(made, key=lambda pair: pair[0])]


def measure(chunk: Chunk) -> Measured:
    """Make the pages of a chunk, read them, count."""
    settle()
    setting = BY_NAME[chunk.setting]
    counts: Counter[str] = Counter()
    failures: list[Failure] = []
    cost = Cost()
    for page in _pages(chunk, setting):
        start = time.process_time()
        image = decode(page.data)
        reading = read_page(image, layouts())
        spent_ms = 1000 * (time.process_time() - start)
        cost += Cost(1, spent_ms, spent_ms) if page.sheet else Cost()
        found, failed = judge(page, image, reading)
        counts += found
        failures += failed if chunk.pictures else []
    return Measured(counts, cost, failures)


def _pages(chunk: Chunk, setting: Setting) -> Iterator[Page]:
    for number in range(chunk.first, chunk.first + chunk.count):
        if chunk.source == "dense":
            yield dense_scan(setting, chunk.seed, number, _real_marks(chunk.ink))
        else:
            yield from sheet_scans(setting, chunk.seed, number)


@cache
def _real_marks(path: str) -> RealMarks | None:
    return load_real_marks(Path(path)) if path else None


class Journal:
    """The finished chunks of a run, in a file: counts and costs by the key of the chunk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done: dict[str, tuple[Counter[str], Cost]] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                self.done[entry["chunk"]] = Counter(entry["counts"]), Cost(**entry["cost"])

    def add(self, chunk: Chunk, measured: Measured) -> None:
        """Keep what came of a chunk."""
        self.done[chunk.key] = measured.counts, measured.cost
        entry = {"chunk": chunk.key, "counts": measured.counts, "cost": asdict(measured.cost)}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


def run(
    engine: Engine, chunks: Iterable[Chunk], journal: Journal
) -> Iterator[tuple[Chunk, list[Failure]]]:
    """Measure the chunks that the journal does not have, and yield each when it is done.

    Raises RuntimeError when one fails: the reader crashed, which is a finding by itself.
    """
    left = [chunk for chunk in chunks if chunk.key not in journal.done]
    for outcome in engine.map(measure, left):
        if outcome.result is None:
            raise RuntimeError(f"{outcome.item}: {outcome.failure}")
        journal.add(outcome.item, outcome.result)
        yield outcome.item, outcome.result.failures


def by_setting(journal: Journal) -> dict[str, dict[str, Counter[str]]]:
    """The counts by setting and source (``dense``, ``sheet``)."""
    found: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for key, (counts, _) in journal.done.items():
        source, setting, _, _ = key.split("|")
        found[setting][source] += counts
    return {setting: dict(sources) for setting, sources in found.items()}


def costs_by_setting(journal: Journal) -> dict[str, Cost]:
    """What reading the pages of the real sheets cost, by setting."""
    found: dict[str, Cost] = defaultdict(Cost)
    for key, (_, cost) in journal.done.items():
        if cost.pages:
            found[key.split("|")[1]] += cost
    return dict(found)


def commit() -> str:
    """The commit that is measured, with a ``+`` when something that is judged differs from it;
    ``unknown`` without git."""
    try:
        found = _git("rev-parse", "--short=10", "HEAD")
        return found + ("+" if _git("status", "--porcelain", "--", *JUDGED) else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def journal_name(kind: str, seed: int, ink: str) -> str:
    """The name of the journal for the present state of what is judged."""
    digest = hashlib.sha256()
    for folder in JUDGED:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".onnx") or path.parent.name == "weights":
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    pens = "-ink" if ink else ""
    return f"{kind}-{seed}{pens}-{digest.hexdigest()[:12]}.jsonl"


def _git(*arguments: str) -> str:
    command = ["git", *arguments]  # found on the PATH, as make found it
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def simulators(seconds_a_task: float) -> Processes:
    """Processes that make scans and read them, as many as there are processors.

    The simulation makes large arrays all the time: workers that keep their memory are a third
    faster. Nothing is to be measured of speed and memory after this was called.
    """
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", str(1 << 30))
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", str(1 << 31))
    return Processes(os.cpu_count() or 1, seconds_a_task)
