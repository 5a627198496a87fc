"""Due dates as an iCalendar file (RFC 5545) that calendar programs open."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar as ICalendar
from icalendar import Event as IEvent

from pipeline.holidays import Holidays
from pipeline.results.calendar import Calendar, DueDate, day_note


def to_ics(
    calendar: Calendar, dates: Iterable[DueDate], holidays: Holidays, made_at: datetime
) -> bytes:
    """The due dates as all-day events, UTF-8 with folded lines.

    A due date has the same UID in every file, so importing again replaces events instead of
    doubling them. ``made_at`` is in UTC.
    """
    file = ICalendar()
    file.add("prodid", f"-//phieu//{calendar.set_id}//VI")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("x-wr-calname", "Lịch thực hiện quy định đánh giá")
    for due in dates:
        file.add_component(_event(calendar, due, holidays, made_at))
    content: bytes = file.to_ical()
    return content


def _event(calendar: Calendar, due: DueDate, holidays: Holidays, made_at: datetime) -> IEvent:
    event = IEvent()
    event.add("uid", f"{calendar.set_id}-{due.event.event_id}-{due.day.isoformat()}@phieu")
    event.add("dtstamp", made_at)
    event.add("dtstart", due.day)
    event.add("dtend", due.day + timedelta(days=1))  # not included: one day
    event.add("summary", due.what)
    event.add("description", "\n".join(_description(calendar, due, holidays)))
    event.add("transp", "TRANSPARENT")  # a due date does not make anybody busy
    return event


def _description(calendar: Calendar, due: DueDate, holidays: Holidays) -> list[str]:
    event = due.event
    lines = [
        f"Thực hiện: {event.who}",
        f"Phối hợp: {event.with_whom}" if event.with_whom else "",
        f"Phụ trách: {event.in_charge}" if event.in_charge else "",
        f"Căn cứ: {event.basis} ({calendar.source})",
        day_note(due, holidays),
    ]
    return [line for line in lines if line]
