from django.urls import include, path

urlpatterns = [
    path("", include("districts.urls")),
    path("", include("catchments.urls")),
    path("", include("enrollment.urls")),
]
handler400 = "districts.views.errors.bad_request"
handler403 = "districts.views.errors.permission_denied"
handler404 = "districts.views.errors.not_found"
handler500 = "districts.views.errors.server_error"
