"""What is typed about catchments. Forms parse and say what is missing; the rules themselves are the use-cases'."""

from collections.abc import Sequence

from django import forms

from catchments.importing import official_text
from districts.models import Campus
from districts.models.seasons import Level
from districts.sheets import MOST_BYTES
from districts.tables import BadValue

MOST_CHARACTERS = 200
WORDS_HELP = "照文件的写法，例如：某某小区、某某街（单号1—35号）。"


class AddressForm(forms.Form):
    address = forms.CharField(
        label="家庭住址",
        help_text="写明街道、小区或村名和门牌号，例如：德胜东街12号院3号楼。",
        max_length=MOST_CHARACTERS,
        error_messages={
            "required": "请填写家庭住址。",
            "max_length": f"住址最多{MOST_CHARACTERS}个字。",
        },
        widget=forms.TextInput(attrs={"autocomplete": "street-address", "data-names": ""}),
    )


class QuestionForm(AddressForm):
    """The public question: what the answer may also depend on is asked only when it was asked for."""

    level = forms.ChoiceField(
        label="学段", choices=Level.choices, initial=Level.PRIMARY, required=False, widget=forms.RadioSelect
    )
    hukou = forms.CharField(
        label="户籍或居住证",
        help_text="有的施教区还看户籍，例如：城区户籍、居住证、某某村户籍。",
        max_length=60,
        required=False,
        error_messages={"max_length": "最多60个字。"},
    )

    def __init__(self, *args: object, levels: Sequence[str] = (), **more: object) -> None:
        super().__init__(*args, **more)
        if len(levels) > 1:
            self.fields["level"].choices = [choice for choice in Level.choices if choice[0] in levels]
        else:
            del self.fields["level"]

    def asked(self) -> dict[str, str]:
        """What was asked, for an address that asks it again."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class TextForm(forms.Form):
    """One campus's text, pasted."""

    text = forms.CharField(
        label="施教区范围",
        help_text="把文件里这所学校的原文完整粘贴在这里，不要改写。",
        error_messages={"required": "请粘贴原文。"},
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean_text(self) -> str:
        try:
            return official_text(self.cleaned_data["text"])
        except BadValue as error:
            raise forms.ValidationError(str(error)) from None


class SheetForm(forms.Form):
    """A table as a file."""

    file = forms.FileField(
        label="文件",
        allow_empty_file=True,  # the reader says it with the file's name
        error_messages={"required": "请选择文件。"},
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.docx"}),
    )

    def content(self) -> tuple[str, bytes]:
        """(name, bytes); of a file that is too large only as much as shows that it is."""
        file = self.cleaned_data["file"]
        return file.name, file.read(MOST_BYTES + 1)


class RulingForm(forms.Form):
    words = forms.CharField(
        label="核定文字",
        help_text=WORDS_HELP,
        max_length=500,
        error_messages={"required": "请填写核定文字。", "max_length": "最多500个字。"},
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label="依据",
        help_text="会议纪要、答复或通知的名称和日期，会记入操作日志。",
        max_length=300,
        error_messages={"required": "请写明依据。", "max_length": "最多300个字。"},
    )


class CorrectionForm(RulingForm):
    replaced = forms.CharField(
        label="要更正的原文",
        help_text="照原文一字不差，应只出现一处。",
        strip=False,
        error_messages={"required": "请填写要更正的原文。"},
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    start = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ("replaced", "words", "reason", "start")

    def __init__(self, *args: object, text: str, **more: object) -> None:
        super().__init__(*args, **more)
        self.text = text
        self.fields["words"].required = False
        self.fields["words"].help_text = f"{WORDS_HELP}留空表示这些字不作为范围。"

    def clean(self) -> dict[str, object]:
        """Find the one place that is meant: where the link pointed, or the only place where the words stand."""
        words = self.cleaned_data.get("replaced", "")
        start = self.cleaned_data.get("start")
        if start is not None and self.text[start : start + len(words)] == words:
            self.cleaned_data["span"] = (start, start + len(words))
        elif words and self.text.count(words) == 1:
            found = self.text.index(words)
            self.cleaned_data["span"] = (found, found + len(words))
        elif words:
            count = self.text.count(words)
            message = f"原文里有{count}处，请连同前后的字一起填写。" if count else "原文里没有这些字。"
            self.add_error("replaced", message)
        return self.cleaned_data


class DecisionForm(forms.Form):
    """What the bureau settles about a finding."""

    LEAVE = "leave"

    campus = forms.ChoiceField(label="核定", error_messages={"required": "请选择怎样核定。"}, widget=forms.RadioSelect)
    words = forms.CharField(
        label="归这所学校的范围",
        help_text=f"{WORDS_HELP}分属几所学校的，分几次核定。选“维持原文”时不用填。",
        max_length=500,
        error_messages={"required": "请填写归这所学校的范围。", "max_length": "最多500个字。"},
    )
    reason = RulingForm.base_fields["reason"]

    def __init__(self, *args: object, campuses: Sequence[Campus], **more: object) -> None:
        super().__init__(*args, **more)
        self.fields["campus"].choices = [
            *((str(campus.pk), f"归{campus.name}") for campus in campuses),
            (self.LEAVE, "维持原文\n已经核对，不改变查询结果"),
        ]

    def clean(self) -> dict[str, object]:
        """维持原文 needs no words."""
        if self.cleaned_data.get("campus") == self.LEAVE and "words" in self.errors:
            del self.errors["words"]
            self.cleaned_data["words"] = ""
        return self.cleaned_data


class DrawnForm(forms.Form):
    file = forms.FileField(
        label="GeoJSON 文件",
        help_text="每个图形（feature）的 properties.school 写校区名称，坐标为经度、纬度。",
        error_messages={"required": "请选择文件。", "empty": "文件是空的。"},
        widget=forms.FileInput(attrs={"accept": ".json,.geojson"}),
    )
