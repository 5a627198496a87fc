"""Tasks of the office that run in the background."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0003_accounts_review")]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("period", models.CharField(blank=True, max_length=8)),
                ("request", models.JSONField(default=dict)),
                ("report", models.JSONField(default=dict)),
                ("started_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("done", models.IntegerField(default=0)),
                ("total", models.IntegerField(default=0)),
                ("failure", models.TextField(blank=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "batch",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="store.batch"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="store.unit"
                    ),
                ),
            ],
        ),
    ]
