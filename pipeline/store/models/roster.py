"""Tables of people: the roster, ratings, commitments, achievements."""

from typing import ClassVar

from django.db import models


class Unit(models.Model):
    """A unit (đơn vị) of the roster."""

    unit_id = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=300)
    parent_name = models.CharField(max_length=300, blank=True)
    block = models.CharField(max_length=20)
    level = models.CharField(max_length=40, blank=True)
    header_style = models.CharField(max_length=20)
    place = models.CharField(max_length=100, blank=True)
    head_title = models.CharField(max_length=200)
    position = models.IntegerField()

    class Meta:
        """In the order of the tables they came from."""

        ordering: ClassVar = ["position"]


class Person(models.Model):
    """A person of the roster."""

    person_id = models.CharField(primary_key=True, max_length=32)
    full_name = models.CharField(max_length=200)
    birth_date = models.CharField(max_length=10, blank=True)
    job_position = models.CharField(max_length=300, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    group = models.CharField(max_length=20)
    party_member = models.BooleanField()
    managed_by = models.CharField(max_length=20)
    manager_id = models.CharField(max_length=32, blank=True)
    evaluator_id = models.CharField(max_length=32, blank=True)
    order = models.IntegerField(null=True)
    position = models.IntegerField()

    class Meta:
        """In the order of the tables they came from."""

        ordering: ClassVar = ["position"]


class MonthlyRating(models.Model):
    """The rating of a person in a month."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    year = models.IntegerField()
    month = models.IntegerField()
    level = models.CharField(max_length=40)
    discipline = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    reason = models.CharField(max_length=20, blank=True)

    class Meta:
        """One a person and month."""

        constraints: ClassVar = [
            models.UniqueConstraint("person", "year", "month", name="one_rating_a_month")
        ]


class AnnualRating(models.Model):
    """The rating of a person in a year."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    year = models.IntegerField()
    level = models.CharField(max_length=40)

    class Meta:
        """One a person and year."""

        constraints: ClassVar = [
            models.UniqueConstraint("person", "year", name="one_rating_a_year")
        ]


class Commitment(models.Model):
    """A signed commitment of a person for a year."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    year = models.IntegerField()
    signed_on = models.CharField(max_length=10, blank=True)

    class Meta:
        """One a person and year."""

        constraints: ClassVar = [
            models.UniqueConstraint("person", "year", name="one_commitment_a_year")
        ]


class Achievement(models.Model):
    """What a person is proposed for ad hoc, in a quarter."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    year = models.IntegerField()
    quarter = models.IntegerField()
    text = models.TextField()

    class Meta:
        """One a person and quarter."""

        constraints: ClassVar = [
            models.UniqueConstraint("person", "year", "quarter", name="one_achievement_a_quarter")
        ]
