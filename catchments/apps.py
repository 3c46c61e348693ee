from django.apps import AppConfig


class CatchmentsConfig(AppConfig):
    name = "catchments"
    verbose_name = "学区"

    def ready(self) -> None:
        """Register what the log calls our actions."""
        from districts import audit

        audit.WORDS.update(
            {
                "catchment.imported": "施教区文字改动",
                "ruling.made": "施教区核定",
                "ruling.withdrawn": "撤销施教区核定",
                "places.imported": "导入地名地址表",
                "areas.imported": "导入范围图",
            }
        )
