from django.urls import path

from catchments import api
from catchments.views import findings, places, texts

urlpatterns = [
    path("api/v1/lookup", api.Lookup.as_view(), name="api-lookup"),
    path("api/v1/names", api.Names.as_view(), name="api-names"),
    path("api/v1/schema", api.Schema.as_view(), name="api-schema"),
    path("bureau/catchments/", texts.overview, name="bureau-catchments"),
    path("bureau/catchments/import/", texts.import_texts, name="bureau-catchments-import"),
    path("bureau/catchments/findings/", findings.found, name="bureau-findings"),
    path("bureau/catchments/findings/<str:key>/", findings.finding, name="bureau-finding"),
    path("bureau/catchments/places/", places.names, name="bureau-places"),
    path("bureau/catchments/coverage/", places.covered, name="bureau-coverage"),
    path("bureau/catchments/changes/", places.year_changes, name="bureau-catchment-changes"),
    path("bureau/catchments/areas/", places.areas, name="bureau-areas"),
    path("bureau/catchments/<int:campus_id>/", texts.text, name="bureau-catchment"),
    path("bureau/catchments/<int:campus_id>/paste/", texts.paste, name="bureau-catchment-paste"),
    path("bureau/catchments/<int:campus_id>/correct/", texts.correct, name="bureau-catchment-correct"),
    path("bureau/catchments/<int:campus_id>/add/", texts.add, name="bureau-catchment-add"),
    path("bureau/rulings/<int:pk>/withdraw/", texts.withdraw, name="bureau-ruling-withdraw"),
]
