"""The first tables, and triggers that keep what was read from being changed or deleted."""

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY = ("store_scanfile", "store_filereject", "store_pageoutcome")


def _forbid(table: str, action: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        f"DROP TRIGGER {table}_no_{action.lower()}",
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="FileReject",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("name", models.CharField(max_length=300)),
                ("code", models.CharField(max_length=30)),
                ("message", models.TextField()),
                ("rejected_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("person_id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("full_name", models.CharField(max_length=200)),
                ("birth_date", models.CharField(blank=True, max_length=10)),
                ("job_position", models.CharField(blank=True, max_length=300)),
                ("group", models.CharField(max_length=20)),
                ("party_member", models.BooleanField()),
                ("managed_by", models.CharField(max_length=20)),
                ("manager_id", models.CharField(blank=True, max_length=32)),
                ("evaluator_id", models.CharField(blank=True, max_length=32)),
                ("order", models.IntegerField(null=True)),
                ("position", models.IntegerField()),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="ScanFile",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=300)),
                ("kind", models.CharField(max_length=10)),
                ("pages", models.IntegerField()),
                ("ingested_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("unit_id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=300)),
                ("parent_name", models.CharField(blank=True, max_length=300)),
                ("block", models.CharField(max_length=20)),
                ("level", models.CharField(blank=True, max_length=40)),
                ("header_style", models.CharField(max_length=20)),
                ("place", models.CharField(blank=True, max_length=100)),
                ("head_title", models.CharField(max_length=200)),
                ("position", models.IntegerField()),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("sheet_id", models.CharField(max_length=10, primary_key=True, serialize=False)),
                ("set_id", models.CharField(max_length=60)),
                ("set_code", models.CharField(max_length=8)),
                ("form", models.CharField(max_length=6)),
                ("version", models.CharField(max_length=8)),
                ("period", models.CharField(db_index=True, max_length=8)),
                ("pages", models.IntegerField()),
                ("printed_at", models.DateTimeField(auto_now_add=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.person"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="person",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.unit"),
        ),
        migrations.CreateModel(
            name="MonthlyRating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.IntegerField()),
                ("month", models.IntegerField()),
                ("level", models.CharField(max_length=40)),
                ("discipline", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("reason", models.CharField(blank=True, max_length=20)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("person"),
                        models.F("year"),
                        models.F("month"),
                        name="one_rating_a_month",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.IntegerField()),
                ("signed_on", models.CharField(blank=True, max_length=10)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("person"), models.F("year"), name="one_commitment_a_year"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AnnualRating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.IntegerField()),
                ("level", models.CharField(max_length=40)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("person"), models.F("year"), name="one_rating_a_year"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PageOutcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                ("sheet_page", models.IntegerField(null=True)),
                ("reading", models.JSONField(null=True)),
                ("reject_code", models.CharField(blank=True, max_length=30)),
                ("reject_message", models.TextField(blank=True)),
                ("read_at", models.DateTimeField(auto_now_add=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.scanfile"
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="store.sheet"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["file", "number"], name="outcome_of_page")],
            },
        ),
        *(_forbid(table, action) for table in APPEND_ONLY for action in ("UPDATE", "DELETE")),
    ]
