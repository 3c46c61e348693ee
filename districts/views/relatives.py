"""亲属申报: one's own declarations."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from districts import relatives
from districts.forms import add_errors
from districts.permissions import staff_or_403
from districts.refusals import Refused


class RelativeForm(forms.Form):
    id_number = forms.CharField(
        label="孩子的身份证号",
        help_text="只保存加密后的特征值，不保存号码。",
        max_length=30,
        error_messages={"required": "请填写孩子的身份证号。", "max_length": "请填写18位身份证号。"},
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off", "inputmode": "text"}),
    )
    relation = forms.CharField(
        label="与您的关系",
        help_text="例如：子女、侄子。",
        max_length=20,
        error_messages={"required": "请填写与您的关系。", "max_length": "最多20个字。"},
    )


@never_cache
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    account = staff_or_403(request.user)
    form = RelativeForm(request.POST or None)
    if form.is_valid():
        try:
            relatives.declare(account, **form.cleaned_data, district=request.district)
        except Refused as refused:
            add_errors(form, refused)
        else:
            messages.success(request, "已申报。您不能办理这个孩子的报名，系统会请别人办理。")
            return redirect("declared-relatives")
    return render(
        request, "accounts/relatives.html", {"form": form, "declared": account.declared_relatives.order_by("pk")}
    )
