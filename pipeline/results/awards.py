"""Who is proposed for an award: ``awards.yaml`` of a set (R-000-23, 24, 25).

A list is a proposal ("đề nghị"): the council decides (R-000-28). Awards need the status of the
period or the form result, an annual rating, or a text about an achievement; which of them is data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import BadSet
from pipeline.forms.set_file import FormId, Key, Text
from pipeline.forms.sets import FormSet, Level
from pipeline.people import Person
from pipeline.periods import Period
from pipeline.ratings import Achievement, AnnualRating
from pipeline.results.findings import Finding, Kind, Reason
from pipeline.results.verdict import STATUS_WORDS, Verdict, VerdictStatus
from pipeline.results.yearly import QUARTERS, YearRule
from pipeline.yaml_files import read_yaml

AWARDS_FILE = "awards.yaml"


class Eligibility(StrEnum):
    """Whether a person is proposed."""

    PROPOSED = "proposed"
    NOT_PROPOSED = "not_proposed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class AwardRule:
    """What an award of this form and kind of period (``quarter``, ``year``) needs; all of it.

    ``annual_level`` is the lowest annual rating, empty when none is asked for.
    """

    rule: str
    form_id: str
    period: str
    needs_status: bool
    needs_form_result: bool
    needs_achievement: bool
    annual_level: str


@dataclass(frozen=True, slots=True)
class AwardRules:
    """``awards.yaml``."""

    year: YearRule
    awards: tuple[AwardRule, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Whether one person is proposed for one award, and why not (for the unit's own use)."""

    person_id: str
    rule: str
    eligibility: Eligibility
    reasons: tuple[Reason, ...]
    achievement: str = ""


@dataclass(frozen=True, slots=True)
class Merits:
    """What awards of a period rest on, by person id.

    ``verdicts`` are of the period; ``quarters`` those of each of its quarters in scope.
    """

    period: Period
    verdicts: Mapping[str, Verdict]
    quarters: Mapping[Period, Mapping[str, Verdict]]
    annual: Mapping[str, AnnualRating]
    achievements: Mapping[str, Sequence[Achievement]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _YearEntry(_Strict):
    rule: Text
    quarters_needed: Annotated[int, Field(ge=1, le=QUARTERS)]


class _AwardEntry(_Strict):
    rule: Text
    form: FormId
    period: Literal["quarter", "year"]
    needs: Annotated[list[Literal["status", "form_result", "achievement"]], Field(min_length=1)]
    annual_level: Key | Literal[""] = ""


class _AwardsFile(_Strict):
    schema_name: Annotated[Literal["phieu.awards/1"], Field(alias="schema")]
    year: _YearEntry
    awards: list[_AwardEntry]


def load_awards(form_set: FormSet) -> AwardRules:
    """The award rules of a set.

    Raises BadSet, naming file and key, when ``awards.yaml`` is missing or faulty, or names a form
    or level the set does not have, or two awards of one form and kind of period.
    """
    file = form_set.path / AWARDS_FILE
    document = read_yaml(file, _AwardsFile)
    levels = {level.code for level in form_set.levels}
    seen: set[tuple[str, str]] = set()
    for entry in document.awards:
        if entry.form not in form_set.list_forms:
            known = ", ".join(form_set.list_forms)
            raise BadSet(f"{file}: {entry.rule}: form: không có mẫu {entry.form}; chỉ có {known}.")
        if "form_result" in entry.needs and "achievement" not in entry.needs:
            raise BadSet(f"{file}: {entry.rule}: needs: form_result phải đi cùng achievement.")
        if entry.annual_level and entry.annual_level not in levels:
            raise BadSet(f"{file}: {entry.rule}: annual_level: không có {entry.annual_level}.")
        if (entry.form, entry.period) in seen:
            raise BadSet(f"{file}: awards: ghi trùng mẫu {entry.form}, kỳ {entry.period}.")
        seen.add((entry.form, entry.period))
    return AwardRules(
        YearRule(document.year.rule, document.year.quarters_needed),
        tuple(
            AwardRule(
                entry.rule,
                entry.form,
                entry.period,
                "status" in entry.needs,
                "form_result" in entry.needs,
                "achievement" in entry.needs,
                entry.annual_level,
            )
            for entry in document.awards
        ),
    )


def award_rule(rules: AwardRules, form_id: str, period: Period) -> AwardRule | None:
    """The award of this form and kind of period, None when there is none."""
    wanted = (form_id, period.kind)
    return next((rule for rule in rules.awards if (rule.form_id, rule.period) == wanted), None)


def propose(rule: AwardRule, form_set: FormSet, person: Person, merits: Merits) -> Proposal:
    """Whether a person is proposed; pure. What has failed weighs more than what is missing."""
    person_id = person.person_id
    found: list[Finding] = []
    text = ""
    if rule.needs_achievement:
        kept, found = _achievements(rule, form_set, merits, person_id)
        text = _in_words(kept, merits.period)
    else:
        found += _against_status(rule, merits.verdicts[person_id], merits.period)
    if rule.annual_level:
        found += _against_annual(rule, form_set, merits, person_id)
    kinds = {finding.kind for finding in found}
    eligibility = Eligibility.PROPOSED
    if Kind.FAILED in kinds:
        eligibility = Eligibility.NOT_PROPOSED
    elif kinds:
        eligibility = Eligibility.WAITING
    reasons = tuple(finding.reason for finding in found)
    return Proposal(person_id, rule.rule, eligibility, reasons, text)


def _achievements(
    rule: AwardRule, form_set: FormSet, merits: Merits, person_id: str
) -> tuple[list[Achievement], list[Finding]]:
    """The achievements of quarters that meet the rule, one of which is enough; else all that
    speaks against them."""
    kept: list[Achievement] = []
    found: list[Finding] = []
    for achievement in merits.achievements.get(person_id, ()):
        quarter = Period(achievement.year, quarter=achievement.quarter)
        verdict = merits.quarters[quarter][person_id]
        against: list[Finding] = []
        if rule.needs_status:
            against += _against_status(rule, verdict, quarter)
        if rule.needs_form_result:
            against += _against_form(rule, form_set, verdict, quarter)
        found += against
        if not against:
            kept.append(achievement)
    if kept:
        return kept, []
    if not found:
        message = f"{_capital(merits.period.words)}: chưa có trích ngang thành tích"
        found.append(_finding(Kind.FAILED, rule, "no_achievement", message))
    elif any(finding.kind is Kind.PENDING for finding in found):  # one may still be enough
        found = [finding for finding in found if finding.kind is Kind.PENDING]
    return [], found


def _against_status(rule: AwardRule, verdict: Verdict, period: Period) -> list[Finding]:
    if verdict.status is VerdictStatus.DAT:
        return []
    kind = Kind.FAILED if verdict.status is VerdictStatus.CHUA_DAT else Kind.PENDING
    message = f"{_capital(period.words)}: {STATUS_WORDS[verdict.status]}"
    return [_finding(kind, rule, f"status_{verdict.status}", message)]


def _against_form(
    rule: AwardRule, form_set: FormSet, verdict: Verdict, quarter: Period
) -> list[Finding]:
    form = form_set.answer_forms.get(verdict.form_id or "")
    if form is None or verdict.form_result is None:
        message = f"{quarter.words}: phiếu chưa có kết quả chung"
        return [_finding(Kind.PENDING, rule, "no_form_result", message)]
    if verdict.form_result == form.passes.value:
        return []
    message = f"{quarter.words}: kết quả chung của phiếu không đạt 100% nội dung"
    return [_finding(Kind.FAILED, rule, "form_failed", message)]


def _against_annual(
    rule: AwardRule, form_set: FormSet, merits: Merits, person_id: str
) -> list[Finding]:
    levels: dict[str, Level] = {level.code: level for level in form_set.levels}
    rating = merits.annual.get(person_id)
    if rating is None:
        message = f"Năm {merits.period.year}: chưa có kết quả xếp loại năm"
        return [_finding(Kind.PENDING, rule, "annual_missing", message)]
    level, needed = levels[rating.level], levels[rule.annual_level]
    if level.rank >= needed.rank:
        return []
    message = f"Năm {rating.year}: xếp loại “{level.name}”, yêu cầu “{needed.name}”"
    return [_finding(Kind.FAILED, rule, "annual_too_low", message)]


def _in_words(achievements: Sequence[Achievement], period: Period) -> str:
    """The texts, each with its quarter when the list is of a whole year."""
    if period.quarter is not None:
        return "\n".join(achievement.text for achievement in achievements)
    ordered = sorted(achievements, key=lambda achievement: achievement.quarter)
    return "\n".join(
        f"{Period(each.year, quarter=each.quarter).words}: {each.text}" for each in ordered
    )


def _finding(kind: Kind, rule: AwardRule, code: str, message: str) -> Finding:
    return Finding(kind, Reason(rule.rule, code, message))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
