"""Signing in and out, one's own password, and the administrator's list of accounts."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pipeline.errors import BadInput
from pipeline.roles import ROLE_WORDS
from pipeline.store.models import Account
from pipeline.web import events
from pipeline.web.access import account_of, roles_of_account
from pipeline.web.events import actor_of
from pipeline.web.forms import AccountForm, NewAccountForm, OwnPasswordForm, SignInForm
from pipeline.work import accounts
from pipeline.work.audit import Action

_EITHER = require_http_methods(["GET", "HEAD", "POST"])


class SignIn(LoginView):
    """The sign-in page."""

    template_name = "web/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Sign out (POST)."""


@_EITHER
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password."""
    account = account_of(request)
    form = OwnPasswordForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        account.must_change_password = False
        form.save()
        update_session_auth_hash(request, account)
        events.note(request, Action.PASSWORD_CHANGED, f"account/{account.pk}")
        messages.success(request, "Đã đổi mật khẩu.")
        return redirect("home")
    return _form_page(request, "web/password.html", {"form": form})


@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    """All accounts."""
    rows = [
        (row, ", ".join(ROLE_WORDS[role] for role in row.roles)) for row in accounts.list_accounts()
    ]
    return render(request, "web/accounts.html", {"rows": rows})


@_EITHER
def account_new(request: HttpRequest) -> HttpResponse:
    """Make an account; its one-time password is shown once, on the answer to this very request."""
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        once = accounts.one_time_password()
        data = form.cleaned_data
        try:
            made = accounts.create_account(
                data["username"], once, data["roles"], _unit_id(form), actor_of(request)
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return render(request, "web/one_time.html", {"account": made, "password": once})
    return _form_page(request, "web/account_new.html", {"form": form})


@_EITHER
def account_edit(request: HttpRequest, account_id: int) -> HttpResponse:
    """Roles and unit of an account."""
    account = get_object_or_404(Account, pk=account_id)
    now = {"roles": list(roles_of_account(account)), "unit": account.unit_id}
    form = AccountForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change_account(
                account, form.cleaned_data["roles"], _unit_id(form), actor_of(request)
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Đã lưu tài khoản {account.username}.")
            return redirect("accounts")
    return _form_page(request, "web/account.html", {"form": form, "account": account})


@require_POST
def account_reset(request: HttpRequest, account_id: int) -> HttpResponse:
    """A new one-time password, shown once."""
    account = get_object_or_404(Account, pk=account_id)
    once = accounts.one_time_password()
    accounts.reset_password(account, once, actor_of(request))
    return render(request, "web/one_time.html", {"account": account, "password": once})


@require_POST
def account_disable(request: HttpRequest, account_id: int) -> HttpResponse:
    """It cannot sign in any more."""
    account = get_object_or_404(Account, pk=account_id)
    accounts.disable_account(account, actor_of(request))
    messages.success(request, f"Đã khóa tài khoản {account.username}.")
    return redirect("accounts")


@require_POST
def account_enable(request: HttpRequest, account_id: int) -> HttpResponse:
    """It can sign in again."""
    account = get_object_or_404(Account, pk=account_id)
    accounts.enable_account(account, actor_of(request))
    messages.success(request, f"Đã mở khóa tài khoản {account.username}.")
    return redirect("accounts")


def _unit_id(form: AccountForm) -> str | None:
    unit = form.cleaned_data["unit"]
    return None if unit is None else unit.pk


def _form_page(request: HttpRequest, template: str, words: dict[str, object]) -> HttpResponse:
    """422 when what was sent is being shown again with its faults."""
    return render(request, template, words, status=422 if request.method == "POST" else 200)
