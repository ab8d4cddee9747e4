"""Zählwerk and Werbenetz: two services whose tags the shop has in its pages, each under a name of its own."""

from flask import Flask, Response, make_response, request

from plate_shop.standins.served import Recorder

#: six and three months, and a little less, because a month has at least 28 days
_DAYS = {"_zw": 180, "_wn": 89}
_TAG = """(() => {{
  const home = new URL(document.currentScript.src).origin, secure = location.protocol === "https:" ? "; Secure" : "";
  if (!document.cookie.split("; ").some(one => one.startsWith("{cookie}=")))
    document.cookie = "{cookie}=" + crypto.randomUUID().replaceAll("-", "") + "; Path=/; Max-Age={seconds}; SameSite=Lax" + secure;
  const tell = what => fetch(home + "/collect?event=" + what + "&page=" + encodeURIComponent(location.pathname), {{mode: "no-cors"}}).catch(() => {{}});
  tell("view");
  setInterval(() => tell("there"), {every});
}})();
"""
_PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


class Tags:
    """One of them: a script that sets a cookie and reports each view, and a pixel."""

    def __init__(self, name: str, cookie: str, *, every: int = 1000) -> None:
        self.app = Flask(name)
        self.recorder = Recorder(self.app)
        self._cookie, self._every = cookie, every
        self.app.add_url_rule("/tag.js", view_func=self._tag)
        self.app.add_url_rule("/collect", view_func=self._collect)
        self.app.add_url_rule("/pixel.gif", view_func=self._pixel)

    def _tag(self) -> Response:
        self._note()
        script = _TAG.format(cookie=self._cookie, seconds=_DAYS[self._cookie] * 86400, every=self._every)
        return self._answer(script.encode(), "text/javascript; charset=utf-8")

    def _collect(self) -> Response:
        self._note()
        return self._answer(b"", "text/plain")

    def _pixel(self) -> Response:
        self._note()
        return self._answer(_PIXEL, "image/gif")

    def _note(self) -> None:
        """What a request says, with everything that could lead to a person."""
        self.recorder.received.append({"path": request.full_path, "body": {}, "headers": dict(request.headers)})

    def _answer(self, body: bytes, kind: str) -> Response:
        response = make_response(body)
        response.headers["Content-Type"] = kind
        response.headers["Cache-Control"] = "no-store"
        return response
