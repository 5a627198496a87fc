"""What the office's tasks ask of the database: dataclasses in, dataclasses out."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from pydantic import TypeAdapter

from ocr.reading import PageReading
from pipeline.people import Person, Roster, Unit
from pipeline.ratings import Achievement, AnnualRating, Commitment, MonthlyRating, Ratings
from pipeline.store import models

_READING = TypeAdapter(PageReading)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A printed sheet. ``pages`` is how many pages its form has."""

    sheet_id: str
    set_id: str
    set_code: str
    form: str
    version: str
    period: str
    person_id: str
    pages: int


@dataclass(frozen=True, slots=True)
class ScanFileRow:
    """A scan file that could be opened."""

    sha256: str
    name: str
    kind: str
    pages: int


@dataclass(frozen=True, slots=True)
class PageRow:
    """What became of one page (1-based ``number``) of a scan file; see models.PageOutcome.

    ``batch`` is the batch its file came in, None of old files."""

    file_sha256: str
    file_name: str
    number: int
    sheet_id: str | None
    sheet_page: int | None
    reading: PageReading | None
    reject_code: str
    reject_message: str
    proposals: tuple[str, ...] = ()
    read_as: bool = False
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class RejectedPageRow:
    """A page (1-based ``number``) of a scan file that could not be used; ``proposals`` are sheets
    it may belong to, likeliest first."""

    file_sha256: str
    file_name: str
    number: int
    code: str
    message: str
    proposals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRejectRow:
    """A file that could not be opened."""

    sha256: str
    name: str
    code: str
    message: str


def save_roster(roster: Roster) -> None:
    """Insert or replace units and people; those not in the roster stay as they are."""
    with transaction.atomic():
        first_unit = _next_position(models.Unit)
        known_units = dict(models.Unit.objects.values_list("unit_id", "position"))
        for number, unit in enumerate(roster.units.values()):
            values = asdict(unit)
            key = values.pop("unit_id")
            values["position"] = known_units.get(key, first_unit + number)
            models.Unit.objects.update_or_create(unit_id=key, defaults=values)
        first_person = _next_position(models.Person)
        known_people = dict(models.Person.objects.values_list("person_id", "position"))
        rows = [
            _person_row(person, known_people.get(person.person_id, first_person + number))
            for number, person in enumerate(roster.people.values())
        ]
        models.Person.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["person_id"],
            update_fields=[
                "full_name",
                "birth_date",
                "job_position",
                "unit",
                "group",
                "party_member",
                "managed_by",
                "manager_id",
                "evaluator_id",
                "order",
            ],
            batch_size=500,
        )


def _next_position(model: type[models.Unit] | type[models.Person]) -> int:
    highest = model.objects.aggregate(highest=Max("position"))["highest"]
    return 0 if highest is None else int(highest) + 1


def _person_row(person: Person, position: int) -> models.Person:
    values = asdict(person)
    values["job_position"] = values.pop("position")
    return models.Person(**values, position=position)


def load_roster() -> Roster:
    """All units and people."""
    units = {row.unit_id: _unit(row) for row in models.Unit.objects.all()}
    people = {row.person_id: _person(row) for row in models.Person.objects.all()}
    return Roster(units, people)


def _unit(row: models.Unit) -> Unit:
    return Unit(
        row.unit_id,
        row.name,
        row.parent_name,
        row.block,
        row.level,
        row.header_style,
        row.place,
        row.head_title,
    )


def _person(row: models.Person) -> Person:
    return Person(
        row.person_id,
        row.full_name,
        row.birth_date,
        row.job_position,
        row.unit_id,
        row.group,
        row.party_member,
        row.managed_by,
        row.manager_id,
        row.evaluator_id,
        row.order,
    )


def save_ratings(
    monthly: Sequence[MonthlyRating],
    annual: Sequence[AnnualRating],
    commitments: Sequence[Commitment],
) -> None:
    """Insert or replace ratings and commitments, each by person and time."""
    with transaction.atomic():
        models.MonthlyRating.objects.bulk_create(
            [models.MonthlyRating(**asdict(rating)) for rating in monthly],
            update_conflicts=True,
            unique_fields=["person", "year", "month"],
            update_fields=["level", "discipline", "reason"],
            batch_size=500,
        )
        models.AnnualRating.objects.bulk_create(
            [models.AnnualRating(**asdict(rating)) for rating in annual],
            update_conflicts=True,
            unique_fields=["person", "year"],
            update_fields=["level"],
            batch_size=500,
        )
        models.Commitment.objects.bulk_create(
            [models.Commitment(**asdict(commitment)) for commitment in commitments],
            update_conflicts=True,
            unique_fields=["person", "year"],
            update_fields=["signed_on"],
            batch_size=500,
        )


def load_monthly(year: int, months: Iterable[int]) -> tuple[MonthlyRating, ...]:
    """The ratings of these months of a year."""
    rows = models.MonthlyRating.objects.filter(year=year, month__in=list(months))
    return tuple(
        MonthlyRating(row.person_id, row.year, row.month, row.level, row.discipline, row.reason)
        for row in rows
    )


def load_commitments(year: int) -> tuple[Commitment, ...]:
    """The commitments of a year."""
    rows = models.Commitment.objects.filter(year=year)
    return tuple(Commitment(row.person_id, row.year, row.signed_on) for row in rows)


def save_sheets(sheets: Sequence[SheetRow]) -> None:
    """Remember printed sheets; one that was printed before stays as it is."""
    models.Sheet.objects.bulk_create(
        [models.Sheet(**asdict(sheet)) for sheet in sheets], ignore_conflicts=True, batch_size=500
    )


def load_sheets(
    *, period: str | None = None, ids: Iterable[str] | None = None
) -> dict[str, SheetRow]:
    """Printed sheets by id: of a period, or these, or all."""
    rows = models.Sheet.objects.all()
    if period is not None:
        rows = rows.filter(period=period)
    if ids is not None:
        rows = rows.filter(sheet_id__in=list(ids))
    return {
        row.sheet_id: SheetRow(
            row.sheet_id,
            row.set_id,
            row.set_code,
            row.form,
            row.version,
            row.period,
            row.person_id,
            row.pages,
        )
        for row in rows.order_by("form", "person__position", "sheet_id")
    }


def printed_periods() -> tuple[str, ...]:
    """The periods for which sheets were printed, in order."""
    rows = models.Sheet.objects.order_by("period").values_list("period", flat=True).distinct()
    return tuple(rows)


def find_scan_file(sha256: str) -> ScanFileRow | None:
    """The file of this content, if it was taken in before."""
    row = models.ScanFile.objects.filter(sha256=sha256).first()
    return None if row is None else ScanFileRow(row.sha256, row.name, row.kind, row.pages)


def save_scan_file(file: ScanFileRow, batch: int | None = None) -> None:
    """Remember a file and the batch it came in; the same content twice is one file."""
    row = models.ScanFile(**asdict(file), batch_id=batch)
    models.ScanFile.objects.bulk_create([row], ignore_conflicts=True)


def move_scan_file(sha256: str, batch: int) -> None:
    """A file whose batch was interrupted is finished in this one."""
    models.ScanFile.objects.filter(sha256=sha256).update(batch_id=batch)


def pages_done(sha256: str) -> set[int]:
    """The pages of a file that have an outcome."""
    return set(models.PageOutcome.objects.filter(file_id=sha256).values_list("number", flat=True))


def save_file_reject(reject: FileRejectRow, batch: int | None = None) -> None:
    """Append that a file could not be opened, once a content and reason."""
    values = asdict(reject)
    if not models.FileReject.objects.filter(sha256=reject.sha256, code=reject.code).exists():
        models.FileReject.objects.create(**values, batch_id=batch)


def load_file_rejects() -> tuple[FileRejectRow, ...]:
    """All files that could not be opened."""
    rows = models.FileReject.objects.order_by("id")
    return tuple(FileRejectRow(row.sha256, row.name, row.code, row.message) for row in rows)


def save_page(page: PageRow) -> None:
    """Append the outcome of a page, in one transaction."""
    reading = None if page.reading is None else _READING.dump_python(page.reading, mode="json")
    models.PageOutcome.objects.create(
        file_id=page.file_sha256,
        number=page.number,
        sheet_id=page.sheet_id,
        sheet_page=page.sheet_page,
        reading=reading,
        reject_code=page.reject_code,
        reject_message=page.reject_message,
        proposals=list(page.proposals),
        read_as=page.read_as,
    )


def load_pages(sheet_ids: Iterable[str]) -> tuple[PageRow, ...]:
    """The pages of these sheets, in the order they were taken in, each with its newest outcome; a
    page that belongs to another sheet by now is not among them.

    Pages of one batch come in the order of their files' names: which of several processes was done
    first must not decide which of two twins counts. Those that a person has assigned come when they
    were assigned, those of no batch when they were read.
    """
    rows = models.PageOutcome.objects.filter(sheet_id__in=list(sheet_ids)).select_related("file")
    later = models.PageOutcome.objects.filter(
        file=OuterRef("file"), number=OuterRef("number"), id__gt=OuterRef("id")
    )
    newest = list(rows.filter(~Exists(later)).order_by("id"))
    begun: dict[int, int] = {}
    for row in newest:
        if row.file.batch_id and not row.read_as:
            begun.setdefault(row.file.batch_id, row.id)

    def taken_in(row: models.PageOutcome) -> tuple[int, str, int]:
        batch = None if row.read_as else row.file.batch_id
        return begun[batch] if batch else row.id, row.file.name, row.number

    return tuple(_page_row(row) for row in sorted(newest, key=taken_in))


def load_page(sha256: str, number: int) -> PageRow | None:
    """A page of a file with its newest outcome."""
    rows = models.PageOutcome.objects.filter(file_id=sha256, number=number).select_related("file")
    row = rows.order_by("id").last()
    return None if row is None else _page_row(row)


def _page_row(row: models.PageOutcome) -> PageRow:
    return PageRow(
        row.file_id,
        row.file.name,
        row.number,
        row.sheet_id,
        row.sheet_page,
        None if row.reading is None else _READING.validate_python(row.reading),
        row.reject_code,
        row.reject_message,
        tuple(row.proposals),
        row.read_as,
        row.file.batch_id,
    )


def load_rejected_pages() -> tuple[RejectedPageRow, ...]:
    """The pages whose newest outcome is that they could not be used, in the order of files."""
    in_order = models.PageOutcome.objects.order_by("file__ingested_at", "file_id", "number", "id")
    rows = in_order.values_list(
        "file_id", "file__name", "number", "reject_code", "reject_message", "proposals"
    )
    newest = {(row[0], row[2]): RejectedPageRow(*row[:5], tuple(row[5])) for row in rows}
    return tuple(row for row in newest.values() if row.code)


def files_of_sheets(sheet_ids: Iterable[str] | None = None) -> set[str]:
    """The files (sha256) that hold a page of these sheets, or of any sheet."""
    rows = models.PageOutcome.objects.filter(sheet_id__isnull=False)
    if sheet_ids is not None:
        rows = rows.filter(sheet_id__in=list(sheet_ids))
    return set(rows.values_list("file_id", flat=True))


def sheets_in_files(files: Iterable[str]) -> set[str]:
    """The sheets of which these files (sha256) hold a page."""
    rows = models.PageOutcome.objects.filter(file_id__in=list(files), sheet_id__isnull=False)
    return {str(sheet_id) for sheet_id in rows.values_list("sheet_id", flat=True).distinct()}


def save_all_ratings(ratings: Ratings) -> None:
    """Insert or replace all that tables of ratings hold, or nothing of it."""
    with transaction.atomic():
        save_ratings(ratings.monthly, ratings.annual, ratings.commitments)
        models.Achievement.objects.bulk_create(
            [models.Achievement(**asdict(achievement)) for achievement in ratings.achievements],
            update_conflicts=True,
            unique_fields=["person", "year", "quarter"],
            update_fields=["text"],
            batch_size=500,
        )


def load_annual(year: int) -> tuple[AnnualRating, ...]:
    """The ratings of a whole year."""
    rows = models.AnnualRating.objects.filter(year=year)
    return tuple(AnnualRating(row.person_id, row.year, row.level) for row in rows)


def load_achievements(year: int) -> tuple[Achievement, ...]:
    """The achievements of a year's quarters."""
    rows = models.Achievement.objects.filter(year=year).order_by("year", "quarter", "person_id")
    return tuple(Achievement(row.person_id, row.year, row.quarter, row.text) for row in rows)


def add_commitments(commitments: Sequence[Commitment]) -> int:
    """Register commitments of people and years that have none; how many these are. What is known
    of the others stays."""
    with transaction.atomic():
        known = set(models.Commitment.objects.values_list("person_id", "year"))
        new = [each for each in commitments if (each.person_id, each.year) not in known]
        models.Commitment.objects.bulk_create(
            [models.Commitment(**asdict(commitment)) for commitment in new], batch_size=500
        )
    return len(new)
