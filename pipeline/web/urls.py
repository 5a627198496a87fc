"""Addresses. No name, birth date or person's code stands in one; ids are opaque."""

from django.urls import include, path

from pipeline.web import account_pages, audit_pages
from pipeline.web.desk import campaign_pages

urlpatterns = [
    path("", campaign_pages.home, name="home"),
    path("desk/", include("pipeline.web.desk.urls")),
    path("sign-in", account_pages.SignIn.as_view(), name="sign-in"),
    path("sign-out", account_pages.SignOut.as_view(), name="sign-out"),
    path("password", account_pages.password, name="password"),
    path("accounts", account_pages.account_list, name="accounts"),
    path("accounts/new", account_pages.account_new, name="account-new"),
    path("accounts/<int:account_id>", account_pages.account_edit, name="account"),
    path("accounts/<int:account_id>/reset", account_pages.account_reset, name="account-reset"),
    path(
        "accounts/<int:account_id>/disable", account_pages.account_disable, name="account-disable"
    ),
    path("accounts/<int:account_id>/enable", account_pages.account_enable, name="account-enable"),
    path("review/", include("pipeline.web.review.urls")),
    path("audit", audit_pages.audit, name="audit"),
]

handler400 = "pipeline.web.errors.bad_request"
handler403 = "pipeline.web.errors.forbidden"
handler404 = "pipeline.web.errors.not_found"
handler500 = "pipeline.web.errors.server_error"
