"""What stays known of a season when its applications are gone."""

from django.db import models

from districts.models import Campus, Season
from enrollment.models.rules import Category


class ErasedCount(models.Model):
    """How many erased applications of one school, category and status there were. Names nobody."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="erased_counts")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="+", null=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", null=True)
    status = models.CharField("状态", max_length=12)
    count = models.PositiveIntegerField("人数")

    class Meta:
        verbose_name = "已删除报名统计"
        constraints = [
            models.UniqueConstraint(
                fields=["season", "campus", "category", "status"], nulls_distinct=False, name="one_count_per_cell"
            )
        ]

    def __str__(self) -> str:
        return f"{self.season} {self.campus} {self.category} {self.status} {self.count}"
