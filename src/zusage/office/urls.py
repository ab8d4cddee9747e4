"""Where each interface answers, below the prefix that the door has taken off."""

from __future__ import annotations

from django.urls import path

from zusage.office.cases.api import api as cases
from zusage.office.consents.api import api as consents

urlpatterns = [path("office/", cases.urls), path("", consents.urls)]
