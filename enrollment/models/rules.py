"""The season's own rules as rows: categories, the documents each needs, the reasons for returning an item."""

from django.db import models

from districts.models import Season


class DocumentKind(models.Model):
    """证件种类."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="document_kinds")
    code = models.SlugField("代码")
    name = models.CharField("名称", max_length=60)
    hint = models.CharField("拍摄要求", max_length=200)

    class Meta:
        verbose_name = "证件种类"
        constraints = [models.UniqueConstraint(fields=["season", "code"], name="document_kind_once_in_season")]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """报名类别, with the sentence that parents read and the plan's section it comes from."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="categories")
    code = models.SlugField("代码")
    group = models.CharField("大类", max_length=40)
    name = models.CharField("名称", max_length=60)
    sentence = models.CharField("适用情形", max_length=300)
    source = models.CharField("依据", max_length=60)
    position = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = "报名类别"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["season", "code"], name="category_once_in_season")]

    def __str__(self) -> str:
        return self.name


class Requirement(models.Model):
    """A document that a category needs; `least_pages` below which it counts as incomplete."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="requirements")
    kind = models.ForeignKey(DocumentKind, models.PROTECT, related_name="+")
    least_pages = models.PositiveSmallIntegerField("至少页数", default=1)
    position = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = "所需证件"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["category", "kind"], name="document_once_in_category")]

    def __str__(self) -> str:
        return f"{self.category} {self.kind}"


class ReturnReason(models.Model):
    """退回原因: a coded reason and the words that the parent reads."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="return_reasons")
    code = models.SlugField("代码")
    name = models.CharField("名称", max_length=40)
    parent_text = models.CharField("给家长的说明", max_length=200)
    position = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = "退回原因"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["season", "code"], name="return_reason_once_in_season")]

    def __str__(self) -> str:
        return self.name
