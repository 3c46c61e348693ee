"""What staff fill in to sign in, and the bureau to look after its people."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import QuerySet

from districts.forms import digits
from districts.identity import is_mobile
from districts.models import District, School
from districts.rights import OF_A_SCHOOL, WORDS, Role

LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,39}")
NEW_PASSWORD = {"autocomplete": "new-password"}


class FactorForm(forms.Form):
    """A code of the app or a printed one; or, by JavaScript, a passkey's answer."""

    code = forms.CharField(
        label="动态码",
        required=False,
        help_text="验证器应用里的6位数字。手机不在身边，可以填一个恢复码。",
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "one-time-code", "maxlength": 20}),
    )
    code.or_else = "passkey"
    passkey = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def clean_code(self) -> str:
        return digits(self.cleaned_data["code"]).upper()

    def clean(self) -> None:
        code = self.cleaned_data.get("code", "")
        if not self.cleaned_data.get("passkey") and not (
            (len(code) == 6 and code.isascii() and code.isdecimal()) or (len(code) == 8 and code.isalnum())
        ):
            self.add_error("code", "请填写6位动态码，或者8位恢复码。")


class FirstCodeForm(forms.Form):
    code = forms.CharField(
        label="动态码",
        help_text="扫码之后，应用里显示的6位数字。",
        error_messages={"required": "请填写应用里显示的6位数字。"},
        widget=forms.TextInput(
            attrs={"class": "short", "inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 12}
        ),
    )

    def clean_code(self) -> str:
        code = digits(self.cleaned_data["code"])
        if not (code.isascii() and code.isdecimal() and len(code) == 6):
            raise forms.ValidationError("动态码是6位数字。")
        return code


class PasskeyForm(forms.Form):
    name = forms.CharField(
        label="给它起个名字",
        max_length=40,
        initial="通行密钥",
        help_text="例如“办公室电脑”，以后删除时认得出来。",
        error_messages={"required": "请给这个通行密钥起个名字。"},
    )
    passkey = forms.CharField(max_length=20_000, widget=forms.HiddenInput)


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label="新密码",
        strip=False,
        help_text="至少12个字符，不要用别处用过的密码。一句自己记得住的话就很好。",
        error_messages={"required": "请填写新密码。"},
        widget=forms.PasswordInput(attrs=NEW_PASSWORD),
    )
    again = forms.CharField(
        label="再填一遍新密码",
        strip=False,
        error_messages={"required": "请再填一遍新密码。"},
        widget=forms.PasswordInput(attrs=NEW_PASSWORD),
    )

    def clean(self) -> None:
        first, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if first and again and first != again:
            self.add_error("again", "两次填写的密码不一样。")


class RoleForm(forms.Form):
    """A role, where, and for how long."""

    role = forms.ChoiceField(
        label="角色",
        help_text="教育局的角色要由另一位工作人员复核后生效。",
        error_messages={"required": "请选择角色。"},
    )
    school = forms.ModelChoiceField(
        label="学校", queryset=School.objects.none(), required=False, empty_label="（不是学校的人员）"
    )
    starts = forms.DateField(
        label="从哪天起",
        required=False,
        help_text="不填就是从现在起。",
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
    ends = forms.DateField(
        label="到哪天止",
        required=False,
        help_text="含这一天。不填就是没有期限。",
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: object, district: District, roles: Sequence[Role], **kwargs: object) -> None:
        """`roles` are those that the person at the form may give."""
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(str(role), WORDS[role]) for role in roles]
        self.fields["school"].queryset = schools_of(district)

    def clean(self) -> None:
        role, school = self.cleaned_data.get("role"), self.cleaned_data.get("school")
        if role and (Role(role) in OF_A_SCHOOL) != (school is not None):
            self.add_error("school", "学校的角色请选择学校，其他角色不选。")
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", "结束日期不能早于开始日期。")

    def given(self) -> dict[str, object]:
        """What the use-cases take."""
        starts, ends = self.cleaned_data["starts"], self.cleaned_data["ends"]
        return {
            "role": Role(self.cleaned_data["role"]),
            "school": self.cleaned_data["school"],
            "starts_at": morning(starts) if starts else None,
            "ends_at": morning(ends + timedelta(days=1)) if ends else None,
        }


class InviteForm(RoleForm):
    name = forms.CharField(label="姓名", max_length=40, error_messages={"required": "请填写姓名。"})
    login = forms.CharField(
        label="登录名",
        max_length=40,
        help_text="小写字母开头，可以有数字、点、横线，至少3个字符。",
        error_messages={"required": "请填写登录名。"},
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    mobile = forms.CharField(
        label="手机号",
        required=False,
        help_text="填了就把链接用短信发给本人，以后新设备登录也会通知。不能用来登录。",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "maxlength": 20}),
    )

    field_order = ["name", "login", "mobile", "role", "school", "starts", "ends"]

    def clean_login(self) -> str:
        login = self.cleaned_data["login"].strip().lower()
        if not LOGIN.fullmatch(login):
            raise forms.ValidationError("登录名用小写字母开头，只能有小写字母、数字、点、横线，至少3个字符。")
        return login

    def clean_mobile(self) -> str:
        mobile = digits(self.cleaned_data["mobile"]).removeprefix("+86")
        if mobile and not is_mobile(mobile):
            raise forms.ValidationError("请填写11位手机号，以1开头。")
        return mobile

    def given(self) -> dict[str, object]:
        own = {name: self.cleaned_data[name] for name in ("name", "login", "mobile")}
        return super().given() | own


def schools_of(district: District) -> QuerySet[School]:
    return School.objects.filter(district=district).order_by("name")


def morning(day: object) -> datetime:
    """Midnight at the beginning of a day in the district."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))
