"""What is written down of requests that failed: that they did, and nothing of whose they were."""

from __future__ import annotations

import logging
import sys


def quiet(log: logging.Logger) -> None:
    """Keep Django from saying paths, which may be somebody's link, and errors, which may hold values; ``log`` says the error's kind alone."""
    from django.core.signals import got_request_exception  # Django is configured by then, because the state is open

    def tell(**_: object) -> None:
        log.error("a request could not be answered: %s", getattr(sys.exc_info()[0], "__name__", "unknown"))

    logging.getLogger("django.request").setLevel(logging.CRITICAL + 1)
    got_request_exception.connect(tell, dispatch_uid="zusage", weak=False)
