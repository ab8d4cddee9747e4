"""What HTTP clients of the tests trust."""

from __future__ import annotations

import httpx

#: read once: that takes longer than a call, and a client that is not given it reads it anew, which is one for each of many thousand calls
TRUSTED = httpx.create_ssl_context(trust_env=False)
