"""What is typed. Forms parse and say what is missing; the rules themselves are the use-cases'."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from catchments.forms import AddressForm
from districts import rate_limit
from districts.identity import FEMALE, MALE, mask_number, normalise
from districts.models import Account, Campus, Season
from districts.photos import READABLE, Page, UnreadableFile, pages
from enrollment.disclosure import OTHER, Purpose
from enrollment.models import Category, Child, Evidence, ListChange, ReturnReason
from enrollment.models.applications import Relation, Wish
from enrollment.review import SECTIONS, ReturnedItem


class KeyedForm(forms.Form):
    """A form that counts once: the key is made when the page is shown (districts/submit_key.py)."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, error_messages={"required": "请刷新页面后再提交。"})


class ChildForm(forms.Form):
    name = forms.CharField(
        label="孩子姓名",
        help_text="与户口簿上的姓名一致。",
        max_length=40,
        error_messages={"required": "请填写孩子姓名。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    id_number = forms.CharField(
        label="孩子的身份证号",
        help_text="户口簿上的18位号码，最后一位可能是X。",
        max_length=40,
        error_messages={"required": "请填写孩子的身份证号。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    birth_date = forms.DateField(
        label="出生日期",
        help_text="例如 2018-03-05。",
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y.%m.%d"],
        error_messages={"required": "请填写出生日期。", "invalid": "请按“年-月-日”填写，例如 2018-03-05。"},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    sex = forms.ChoiceField(
        label="性别",
        choices=[(MALE, MALE), (FEMALE, FEMALE)],
        error_messages={"required": "请选择性别。"},
        widget=forms.RadioSelect,
    )

    def clean_name(self) -> str:
        return " ".join(unicodedata.normalize("NFC", self.cleaned_data["name"]).split())

    def clean_id_number(self) -> str:
        return normalise(self.cleaned_data["id_number"])


class KnownChildForm(ChildForm):
    """Changes a child's entries. The number that is known is not shown again; an empty field leaves it as it is."""

    def __init__(self, child: Child, *args: Any, **kwargs: Any) -> None:
        entered = {"name": child.name, "sex": child.sex, "birth_date": child.birth_date}
        super().__init__(*args, initial=entered, **kwargs)
        self.known = child.id_number
        field = self.fields["id_number"]
        field.required, field.label = False, "修改孩子的身份证号"
        field.help_text = f"已填写 {mask_number(self.known)}。没有错就留空；有错，请重新填写18位号码。"

    def clean_id_number(self) -> str:
        return super().clean_id_number() or self.known


class NewChildForm(KeyedForm, ChildForm):
    field_order = ["name", "id_number", "birth_date", "sex", "key"]


class GuardianForm(forms.Form):
    name = forms.CharField(
        label="监护人姓名",
        max_length=40,
        error_messages={"required": "请填写监护人姓名。"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    relation = forms.ChoiceField(
        label="与孩子的关系",
        choices=Relation.choices,
        error_messages={"required": "请选择与孩子的关系。"},
        widget=forms.RadioSelect,
    )


class CategoryForm(forms.Form):
    category = forms.ModelChoiceField(
        label="孩子属于哪种情形？",
        queryset=Category.objects.none(),
        empty_label=None,
        error_messages={"required": "请选择一种情形。", "invalid_choice": "请选择一种情形。"},
        widget=forms.RadioSelect,
    )

    def __init__(self, season: Season, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        field.queryset = Category.objects.filter(season=season)
        field.label_from_instance = lambda category: f"{category.group}：{category.name}\n{category.sentence}"


class CampusChoice(forms.ModelChoiceField):
    """Campuses by name; below it, the answer to the deciding question that leads to it."""

    sayings: dict[str, str] = {}

    def label_from_instance(self, campus: Campus) -> str:
        saying = self.sayings.get(campus.name)
        return f"{campus.name}\n{saying}" if saying else campus.name


class SchoolForm(AddressForm):
    """The address, and the school once its answer was seen: `asked` is the address that the shown answer is about."""

    asked = forms.CharField(required=False, widget=forms.HiddenInput)
    campus = CampusChoice(
        label="请确认孩子报名的学校",
        queryset=Campus.objects.none(),
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
    )

    def __init__(self, campuses: Iterable[Campus], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campus"].queryset = campuses

    def clean_address(self) -> str:
        return " ".join(self.cleaned_data["address"].split())


class WishForm(forms.Form):
    wish = forms.ChoiceField(
        label="同一天出生的几个孩子，希望怎样分班？",
        choices=Wish.choices,
        required=False,
        widget=forms.RadioSelect,
    )


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PagesField(forms.FileField):
    """One or several files: the pages of those that can be read, and a sentence for each that cannot.

    Whoever shows the field sets `account`: each has so many files an hour.
    """

    account: Account

    def clean(self, data: Any, initial: Any = None) -> tuple[list[Page], list[str]]:
        files = list(data) if isinstance(data, list | tuple) else [data]
        found: list[Page] = []
        faults: list[str] = []
        for file in files or [None]:
            try:
                found += self.read(super().clean(file, initial))
            except forms.ValidationError as error:
                faults += error.messages
        return found, faults

    def read(self, file: UploadedFile) -> list[Page]:
        name = file.name if len(file.name) <= 40 else f"{file.name[:28]}…{file.name[-10:]}"
        if file.size > settings.UPLOAD_FILE_LIMIT:
            size = file.size / 1024 / 1024
            raise forms.ValidationError(f"“{name}”有{size:.1f}MB，每个文件最多12MB。请用手机重新拍摄，或压缩后上传。")
        most = settings.UPLOADS_AN_HOUR
        if not rate_limit.allow(f"upload|{self.account.pk}", most=most, seconds=3600):
            raise forms.ValidationError(f"“{name}”没有收到：每小时最多上传{most}个文件。请过一小时再传。")
        try:
            return pages(file.read())
        except UnreadableFile as error:
            raise forms.ValidationError(f"“{name}”：{error}") from None


class DocumentForm(forms.Form):
    """`pages` are kept even when the form has errors: one bad photo must not cost the parent the good ones."""

    files = PagesField(
        label="选择照片",
        help_text=f"可以一次选多张。{READABLE}，每个文件最多12MB。",
        error_messages={"required": "请先选择照片。", "empty": "这个文件是空的，请重新选择。"},
        widget=ManyFilesInput(attrs={"accept": "image/*,application/pdf", "data-shrink": ""}),
    )
    pages: list[Page] = []

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].account = account

    def clean(self) -> dict[str, Any]:
        self.pages, faults = self.cleaned_data["files"]
        for fault in faults:
            self.add_error("files", fault)
        return self.cleaned_data


class SubmitForm(KeyedForm):
    seen = forms.CharField(widget=forms.HiddenInput)
    declaration = forms.BooleanField(
        label="我是孩子的监护人，以上内容和证件真实、完整。",
        error_messages={"required": "请核对后勾选声明。"},
    )


class ReturnForm(forms.Form):
    """One reason and one note for each item that can be sent back; an item without a reason is fine as it is."""

    def __init__(self, season: Season, needed: Iterable[Evidence], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reasons = {reason.code: reason for reason in ReturnReason.objects.filter(season=season)}
        choices = [("", "没有问题"), *((code, reason.name) for code, reason in self.reasons.items())]
        self.evidence = {str(evidence.pk): evidence for evidence in needed}
        titles = SECTIONS | {pk: evidence.kind.name for pk, evidence in self.evidence.items()}
        self.items = list(titles)
        for item, title in titles.items():
            self.fields[f"reason_{item}"] = forms.ChoiceField(label=title, choices=choices, required=False)
            self.fields[f"note_{item}"] = forms.CharField(label=f"{title}：补充说明", max_length=200, required=False)

    def returned_items(self) -> list[ReturnedItem]:
        found = []
        for item in self.items:
            if code := self.cleaned_data[f"reason_{item}"]:
                evidence = self.evidence.get(item)
                section = "document" if evidence else item
                found.append(ReturnedItem(section, self.reasons[code], self.cleaned_data[f"note_{item}"], evidence))
        return found

    def item_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """(reason, note) for each item, in the page's order."""
        return [(self[f"reason_{item}"], self[f"note_{item}"]) for item in self.items]


class DisclosureForm(forms.Form):
    """What for; `cleaned_data["purpose"]` is the Purpose."""

    purpose = forms.TypedChoiceField(
        label="查看完整信息的用途", error_messages={"required": "请选择用途。"}, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="具体用途",
        help_text=f"用途是“{OTHER.word}”时填写，会记入操作日志。不要写姓名和号码。",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, purposes: Iterable[Purpose], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_code = {purpose.code: purpose for purpose in purposes}
        self.fields["purpose"].choices = [
            (one.code, f"{one.word}\n显示{'、'.join(one.values)}") for one in by_code.values()
        ]
        self.fields["purpose"].coerce = by_code.__getitem__


class OriginalsForm(forms.Form):
    originals = forms.MultipleChoiceField(
        label="已核验的原件",
        error_messages={"required": "请逐件核验原件后勾选；缺少原件时请退回该项。"},
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, needed: Iterable[Evidence], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["originals"].choices = [(evidence.kind.code, evidence.kind.name) for evidence in needed]


class TeamsForm(forms.Form):
    """教师分组 as text, one team a line: 班主任；语文 甲；数学 乙."""

    teams = forms.CharField(
        label="教师分组名单",
        help_text="每行一组，先写班主任，再写各科教师，用分号隔开。例如：张老师；语文 张老师；数学 李老师；英语 王老师",
        error_messages={"required": "请填写教师分组名单。"},
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean_teams(self) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
        return [
            self.read_line(number, line)
            for number, line in enumerate(self.cleaned_data["teams"].splitlines(), 1)
            if line.strip()
        ]

    def read_line(self, number: int, line: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        parts = [part.strip() for part in line.replace(";", "；").split("；") if part.strip()]
        teachers = []
        for part in parts[1:]:
            subject, _, name = part.replace("\u3000", " ").partition(" ")
            if not name.strip():
                raise forms.ValidationError(f"第{number}行“{part}”应写成“学科 姓名”，中间空一格。")
            teachers.append((subject[:20], name.strip()[:40]))
        if len({subject for subject, _ in teachers}) != len(teachers):
            raise forms.ValidationError(f"第{number}行有学科重复，每个学科写一位教师。")
        return parts[0][:40], tuple(teachers)


class SpotCheckForm(forms.Form):
    size = forms.IntegerField(
        label="抽取份数",
        min_value=1,
        error_messages={"required": "请填写抽取份数。", "invalid": "请填写整数。", "min_value": "至少抽取1份。"},
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
    )


class SendBackForm(forms.Form):
    note = forms.CharField(
        label="退回学校的原因",
        max_length=200,
        error_messages={"required": "请写明退回学校的原因。"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ListChangeForm(forms.Form):
    """One child more or less on a closed list."""

    kind = forms.ChoiceField(
        label="变更",
        choices=ListChange.Kind.choices,
        error_messages={"required": "请选择补充列入还是移出。"},
        widget=forms.RadioSelect,
    )
    receipt_number = forms.CharField(
        label="回执号",
        max_length=20,
        error_messages={"required": "请填写回执号。"},
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="原因",
        max_length=200,
        help_text="写明依据。复核人和这个家庭都会看到，请不要写孩子的姓名和号码。",
        error_messages={"required": "请写明原因。"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_receipt_number(self) -> str:
        """As it is written on the receipt, however it was typed."""
        typed = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", self.cleaned_data["receipt_number"]).upper())
        return f"{typed[:4]}-{typed[4:]}"

    def clean_kind(self) -> ListChange.Kind:
        return ListChange.Kind(self.cleaned_data["kind"])


class SealForm(forms.Form):
    """One witness's digits."""

    digits = forms.CharField(
        label="至少20位数字",
        help_text="掷骰子、用自己的设备或随意想都可以。",
        error_messages={"required": "请由监督员输入数字。"},
        widget=forms.PasswordInput(render_value=True, attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_digits(self) -> str:
        return "".join(unicodedata.normalize("NFKC", self.cleaned_data["digits"]).split())


class PublicDigitsForm(forms.Form):
    balls = forms.CharField(
        label="现场摇出的6位数字",
        error_messages={"required": "请输入现场摇出的数字。"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 12}),
    )

    def clean_balls(self) -> str:
        return "".join(unicodedata.normalize("NFKC", self.cleaned_data["balls"]).split())


class VerifyForm(forms.Form):
    code = forms.CharField(
        label="通知书验证码",
        help_text="印在通知书上的12位字母和数字，例如 ABCD-2345-EFGH。",
        max_length=20,
        error_messages={"required": "请填写验证码。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        letters = "".join(c for c in unicodedata.normalize("NFKC", self.cleaned_data["code"]).upper() if c.isalnum())
        if not letters:
            raise forms.ValidationError("验证码是12位字母和数字，请照通知书填写。")
        return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))
