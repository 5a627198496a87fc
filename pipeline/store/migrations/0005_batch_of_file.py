"""A file whose batch was interrupted goes on in another: its batch may change, and nothing else."""

from django.db import migrations

_DROP = "DROP TRIGGER store_scanfile_no_update"
_ABORT = "BEGIN SELECT RAISE(ABORT, 'store_scanfile is append-only'); END"
_ANY = f"CREATE TRIGGER store_scanfile_no_update BEFORE UPDATE ON store_scanfile {_ABORT}"
_ALL_BUT_BATCH = (
    "CREATE TRIGGER store_scanfile_no_update "
    f"BEFORE UPDATE OF sha256, name, kind, pages, ingested_at ON store_scanfile {_ABORT}"
)


class Migration(migrations.Migration):
    dependencies = [("store", "0004_job")]

    operations = [
        migrations.RunSQL(_DROP, _ANY),
        migrations.RunSQL(_ALL_BUT_BATCH, _DROP),
    ]
