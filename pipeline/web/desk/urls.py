"""Addresses of the clerk's desk."""

from django.urls import path, register_converter

from pipeline.web.desk import (
    campaign_pages,
    file_pages,
    import_pages,
    job_pages,
    print_pages,
    published_pages,
    result_pages,
    scan_pages,
)
from pipeline.web.desk.periods import PeriodConverter

register_converter(PeriodConverter, "period")

app_name = "desk"
urlpatterns = [
    path("import", import_pages.tables, name="import"),
    path("import/<str:kind>.xlsx", import_pages.template, name="import-template"),
    path("print", print_pages.print_forms, name="print"),
    path("jobs/<int:job_id>", job_pages.job, name="job"),
    path("scans", scan_pages.scans, name="scans"),
    path("scans/upload", scan_pages.upload, name="upload"),
    path("scans/take", scan_pages.take, name="take"),
    path("scans/<int:batch_id>", scan_pages.batch, name="batch"),
    path("scans/<int:batch_id>/progress", scan_pages.batch_progress, name="batch-progress"),
    path("scans/<int:batch_id>/continue", scan_pages.batch_continue, name="batch-continue"),
    path("<period:period>", campaign_pages.campaign, name="campaign"),
    path("<period:period>/missing", campaign_pages.missing, name="missing"),
    path("<period:period>/flags", campaign_pages.flags, name="flags"),
    path("<period:period>/close", campaign_pages.close_campaign, name="close"),
    path("<period:period>/reopen", campaign_pages.reopen_campaign, name="reopen"),
    path("<period:period>/results", result_pages.results, name="results"),
    path(
        "<period:period>/results/export/<str:kind>",
        result_pages.results_export,
        name="results-export",
    ),
    path("<period:period>/lists", published_pages.lists, name="lists"),
    path("<period:period>/lists/make", published_pages.lists_make, name="lists-make"),
    path("<period:period>/summary", published_pages.summary, name="summary"),
    path("<period:period>/summary/make", published_pages.summary_make, name="summary-make"),
    path("<period:period>/files/<str:file_id>", file_pages.file, name="file"),
    path("<period:period>/archive/<str:kind>", file_pages.archive, name="archive"),
]
