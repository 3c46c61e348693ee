from django.apps import AppConfig


class DistrictsConfig(AppConfig):
    name = "districts"
    verbose_name = "区县"

    def ready(self) -> None:
        from districts import audit, checks, exports, log_heads, sms  # noqa: F401  registers the checks and the handlers of jobs

        audit.WORDS.update({log_heads.PUBLISHED: "公布日志链头", "log.exported": "导出日志审计包"})
