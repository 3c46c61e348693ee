from django.apps import AppConfig


class ClassingConfig(AppConfig):
    name = "classing"
    verbose_name = "分班"
