from django import forms

MOST_CHARACTERS = 200


class AddressForm(forms.Form):
    address = forms.CharField(
        label="家庭住址",
        help_text="写明街道、小区或村名和门牌号，例如：德胜东街12号院3号楼。",
        max_length=MOST_CHARACTERS,
        error_messages={
            "required": "请填写家庭住址。",
            "max_length": f"住址最多{MOST_CHARACTERS}个字。",
        },
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
