"""The official text of each campus."""

from django.db import models

from districts.models import Campus, Season


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
