"""Signing in; and how a refusal is put beside the fields of any form."""

import re
import unicodedata

from django import forms

from districts.identity import is_mobile
from districts.refusals import Refused


def digits(text: str) -> str:
    """What a phone keyboard gives: full-width digits, spaces and dashes folded away."""
    return re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", text))


def add_errors(form: forms.Form, refused: Refused) -> None:
    """Put a use-case's refusals beside the fields they are about."""
    for field, sentence in refused.errors.items():
        form.add_error(field if field in form.fields else None, sentence)


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label="手机号",
        help_text="用监护人本人的手机号。验证码会发到这个号码。",
        error_messages={"required": "请填写手机号。"},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "maxlength": 20}),
    )

    def clean_phone(self) -> str:
        phone = digits(self.cleaned_data["phone"]).removeprefix("+86")
        if not is_mobile(phone):
            raise forms.ValidationError("请填写11位手机号，以1开头。")
        return phone


class CodeForm(forms.Form):
    code = forms.CharField(
        label="验证码",
        help_text="短信中的6位数字，5分钟内有效。",
        error_messages={"required": "请填写短信中的验证码。"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 12}),
    )

    def clean_code(self) -> str:
        code = digits(self.cleaned_data["code"])
        if not (code.isascii() and code.isdecimal() and len(code) == 6):
            raise forms.ValidationError("验证码是6位数字，请核对短信。")
        return code


class PasswordForm(forms.Form):
    login = forms.CharField(
        label="登录名",
        error_messages={"required": "请填写登录名。"},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label="密码",
        error_messages={"required": "请填写密码。"},
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
