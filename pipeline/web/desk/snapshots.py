"""What has been computed of a period, kept until something changes.

To put the readings of a district together takes seconds; pages that show them come by the dozen.
The unit scope of the account is applied here, so that no page can forget it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from pipeline.people import Roster
from pipeline.periods import Period
from pipeline.store import queries
from pipeline.store.fingerprint import fingerprint
from pipeline.web.access import scope_of
from pipeline.web.site import office
from pipeline.work.readings import Readings, load_readings
from pipeline.work.results import Decided, decide_office
from pipeline.work.scoped import decided_of_unit, readings_of_unit, roster_of_unit

KEPT = 4
"""A quarter, its year and those before: some 40 MB each for a district."""

_kept: OrderedDict[tuple[str, str, str], tuple[tuple[int, ...], Any]] = OrderedDict()
_lock = threading.Lock()


def roster(request: HttpRequest) -> Roster:
    """The units and people that the account sees."""
    return roster_of_unit(queries.load_roster(), scope_of(request))


def decided(request: HttpRequest, period: Period) -> Decided:
    """The verdicts that the account sees. Raises BadInput for a period that has none."""
    found: Decided = _current("decided", period, decide_office)
    return decided_of_unit(found, scope_of(request))


def readings(request: HttpRequest, period: Period) -> Readings:
    """The readings of the sheets of this very period that the account sees."""
    first = Period.parse(office().form_set.first_period)
    if period.kind == first.kind and period >= first:
        return decided(request, period).readings[period]
    found: Readings = _current("readings", period, load_readings)
    return readings_of_unit(found, queries.load_roster(), scope_of(request))


def _current(what: str, period: Period, compute: Callable[[Any, Period], Any]) -> Any:
    """One thread computes, the others wait for it."""
    key = (str(office().workspace.root), what, str(period))
    with _lock:
        now = fingerprint()
        if key not in _kept or _kept[key][0] != now:
            _kept[key] = (now, compute(office(), period))
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return _kept[key][1]
