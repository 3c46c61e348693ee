"""The official text of each campus, and what the bureau keeps beside it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from districts.models import Account, Campus, District, Season


class Catchment(models.Model):
    """施教区：某校区在某年度的官方文字."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="catchments")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="catchments")
    text = models.TextField("施教区范围")

    class Meta:
        verbose_name = "施教区"
        ordering = ["campus__position"]
        constraints = [models.UniqueConstraint(fields=["season", "campus"], name="one_catchment_per_campus_and_season")]

    def __str__(self) -> str:
        return f"{self.campus} {self.season}"


class Ruling(models.Model):
    """核定：what the bureau settled by hand. The official text itself is never touched.

    A correction reads `words` in place of the text from `start` to `end` (`replaced`); an addition reads them beside
    it; a settlement gives the place of `words` to the campus, whatever other texts say; 维持原文 answers a finding
    without changing anything. Withdrawn ones stay.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", "更正读法"
        ADDITION = "addition", "补充"
        SETTLEMENT = "settlement", "核定归属"
        NO_CHANGE = "no-change", "维持原文"

    season = models.ForeignKey(Season, models.CASCADE, related_name="rulings")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="rulings", null=True, blank=True)
    kind = models.CharField("方式", max_length=12, choices=Kind)
    start = models.PositiveIntegerField("起", null=True, blank=True)
    end = models.PositiveIntegerField("止", null=True, blank=True)
    replaced = models.TextField("原文", blank=True)
    words = models.CharField("核定文字", max_length=500, blank=True)
    reason = models.CharField("依据", max_length=300)
    finding = models.CharField("对应的问题", max_length=64, blank=True)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("核定时间", db_default=Now())
    withdrawn_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)
    withdrawn_because = models.CharField("撤销原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "核定"
        ordering = ["pk"]
        indexes = [models.Index(fields=["season", "finding"], name="ruling_by_finding")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="correction", start__isnull=False, end__isnull=False, campus__isnull=False)
                & Q(start__lt=F("end"))
                & ~Q(replaced="")
                | Q(kind__in=["addition", "settlement"], start__isnull=True, end__isnull=True, campus__isnull=False)
                & ~Q(words="")
                | Q(kind="no-change", start__isnull=True, end__isnull=True, words="") & ~Q(finding=""),
                name="ruling_says_what_its_kind_needs",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="ruling_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.words or self.replaced}"


class PlaceName(models.Model):
    """地名地址表：a name or a standard address, what else it is called, where it lies when that is known.

    「名仕豪庭 = 德胜东街12号」「桥头街 = 今桥南路」; a standard address alone has no `means`.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="place_names")
    name = models.CharField("名称", max_length=100)
    key = models.CharField(max_length=100, editable=False, help_text="统一写法，用于查找")
    means = models.CharField("即", max_length=100, blank=True)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)

    class Meta:
        verbose_name = "地名地址"
        ordering = ["pk"]
        indexes = [models.Index(fields=["district", "key"], name="place_name_by_key")]
        constraints = [
            models.UniqueConstraint(fields=["district", "name", "means"], name="place_name_once_in_district"),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__isnull=False, latitude__isnull=False)  # a comparison with NULL would pass
                & Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                name="place_has_both_coordinates_or_none",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    """The area of a campus as somebody drew it. It decides only what the text leaves open."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="areas")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="areas")
    geometry = models.JSONField("范围图形", help_text="GeoJSON Polygon 或 MultiPolygon，经纬度")

    class Meta:
        verbose_name = "范围图"
        ordering = ["campus__position"]
        constraints = [models.UniqueConstraint(fields=["season", "campus"], name="one_area_per_campus_and_season")]

    def __str__(self) -> str:
        return f"{self.campus} {self.season}"


class Edition(models.Model):
    """A mark that triggers change with everything that answers rest on, so that a book in memory knows it is old."""

    season = models.OneToOneField(Season, models.CASCADE, primary_key=True, related_name="+")
    mark = models.UUIDField()

    class Meta:
        verbose_name = "版本"

    def __str__(self) -> str:
        return str(self.mark)
