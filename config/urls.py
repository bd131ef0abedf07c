"""Every address of the site, by door."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from config.health import HealthView

urlpatterns = [
    path("health/", HealthView.as_view(), name="health"),
    path("accounts/", include("allauth.urls")),
    path("api/schema", SpectacularAPIView.as_view(authentication_classes=[]), name="schema"),
    path("api/v1/", include("api.urls")),
    path("", include("web.urls")),
]
