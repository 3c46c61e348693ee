from django.urls import path

from catchments import api, views

urlpatterns = [
    path("lookup/", views.lookup, name="lookup"),
    path("api/v1/lookup", api.Lookup.as_view(), name="api-lookup"),
]
