"""Where each interface answers, below the prefix that the door has taken off."""

from __future__ import annotations

from django.urls import include, path

from zusage.office.cases.api import api as cases
from zusage.office.consents.api import api as consents
from zusage.office.door.views import urls as door

urlpatterns = [path("office/", cases.urls), path("rights/", include(door)), path("", consents.urls)]
