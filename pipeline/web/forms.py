"""Forms: each field with its error beside it."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.forms.renderers import TemplatesSetting

from pipeline.roles import ROLE_WORDS, Role
from pipeline.store.models import Unit
from pipeline.work.audit import ACTION_WORDS, Action


class Renderer(TemplatesSetting):
    """Fields look the same on every page."""

    field_template_name = "web/field.html"


class SignInForm(AuthenticationForm):
    """Name and password. The one complaint does not say which of the two is wrong."""

    error_messages = {  # noqa: RUF012 - Django's own form
        "invalid_login": "Tên đăng nhập hoặc mật khẩu không đúng. Chú ý chữ hoa, chữ thường.",
        "inactive": "Tên đăng nhập hoặc mật khẩu không đúng. Chú ý chữ hoa, chữ thường.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Tên đăng nhập"
        self.fields["password"].label = "Mật khẩu"


class OwnPasswordForm(SetPasswordForm):  # type: ignore[type-arg] # generic in the stubs alone
    """One's own password, which only its owner knows from now on."""

    old_password = forms.CharField(
        label="Mật khẩu hiện nay",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ("old_password", "new_password1", "new_password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = "Mật khẩu mới"
        self.fields[
            "new_password1"
        ].help_text = (
            "Ít nhất 10 ký tự, không phổ biến, không toàn chữ số, không giống tên đăng nhập."
        )
        self.fields["new_password2"].label = "Nhập lại mật khẩu mới"
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self) -> str:
        """It must be right, and the new one another."""
        given: str = self.cleaned_data["old_password"]
        if not self.user.check_password(given):
            raise forms.ValidationError("Mật khẩu hiện nay không đúng.")
        return given

    def clean_new_password1(self) -> str:
        """Not the old one again."""
        given: str = self.cleaned_data["new_password1"]
        if given == self.cleaned_data.get("old_password"):
            raise forms.ValidationError("Mật khẩu mới phải khác mật khẩu hiện nay.")
        return given


class _UnitField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    def label_from_instance(self, obj: Unit) -> str:
        return f"{obj.name} ({obj.pk})"


class AccountForm(forms.Form):
    """Roles and unit of an account."""

    roles = forms.MultipleChoiceField(
        label="Vai trò",
        choices=[(role.value, ROLE_WORDS[role]) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Chọn ít nhất một vai trò."},
    )
    unit = _UnitField(
        label="Đơn vị",
        queryset=Unit.objects.all(),
        required=False,
        empty_label="Cả cơ quan",
        help_text="Chọn một đơn vị thì tài khoản chỉ thấy dữ liệu của đơn vị đó.",
    )


class NewAccountForm(AccountForm):
    """A new account."""

    username = forms.CharField(
        label="Tên đăng nhập",
        max_length=150,
        help_text="Chữ, chữ số và các dấu . - _ @ +; không đổi được về sau.",
    )
    field_order = ("username", "roles", "unit")


def _day_field(label: str) -> forms.DateField:
    """A day, typed as it is written here: a browser's own field follows the browser's language."""
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        widget=forms.DateInput(attrs={"placeholder": "dd/mm/yyyy", "autocomplete": "off"}),
        error_messages={"invalid": "Viết ngày/tháng/năm, ví dụ 31/12/2026."},
    )


class EventFilterForm(forms.Form):
    """Which events are shown."""

    username = forms.CharField(label="Tài khoản", required=False, max_length=150)
    action = forms.ChoiceField(
        label="Việc",
        required=False,
        choices=[("", "Tất cả"), *((a.value, ACTION_WORDS[a]) for a in Action)],
    )
    first_day = _day_field("Từ ngày")
    last_day = _day_field("Đến ngày")
