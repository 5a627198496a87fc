"""Rebuilds everything that is committed here: ``python -m samples.make``."""

import argparse
import json
import time
from collections.abc import Mapping
from pathlib import Path

from samples import tables
from samples.cases import CASES
from samples.prints import OfficePrints
from samples.roster import SEED, sample_roster
from samples.scan import make_case

FOLDER = Path(__file__).resolve().parent


def main() -> None:
    """Make the tables and the cases, or the cases named only."""
    parser = argparse.ArgumentParser(prog="python -m samples.make", description=__doc__)
    parser.add_argument("cases", nargs="*", help="names of cases; without any, everything")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write to")
    chosen = parser.parse_args()
    unknown = set(chosen.cases) - {case.name for case in CASES}
    if unknown:
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    if not chosen.cases:
        _write(chosen.out, all_tables(chosen.seed))
    prints = OfficePrints(sample_roster(chosen.seed))
    for case in CASES:
        if not chosen.cases or case.name in chosen.cases:
            started = time.process_time()
            made = make_case(case, prints, chosen.seed)
            _write(chosen.out / case.name, {**made.files, "expected.json": _json(made.expected)})
            size = sum(len(content) for content in made.files.values())
            seconds = time.process_time() - started
            print(f"{case.name}: {size / 1e6:.2f} MB, {seconds:.1f} s CPU")


def all_tables(seed: int) -> dict[str, bytes]:
    """The roster and ratings by file name."""
    return {
        "roster.xlsx": tables.roster_xlsx(seed),
        "ratings.xlsx": tables.ratings_xlsx(seed),
        "people.csv": tables.people_csv(seed),
        "units.csv": tables.units_csv(),
    }


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, and remove what an earlier run left of the same case."""
    folder.mkdir(parents=True, exist_ok=True)
    if "expected.json" in files:
        for stale in {path.name for path in folder.iterdir()} - set(files):
            (folder / stale).unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _json(document: Mapping[str, object]) -> bytes:
    """Compact where it is dull: one line an item."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


if __name__ == "__main__":
    main()
