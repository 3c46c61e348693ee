from django.urls import include, path

urlpatterns = [
    path("", include("districts.urls")),
    path("", include("catchments.urls")),
    path("", include("enrollment.urls")),
]
