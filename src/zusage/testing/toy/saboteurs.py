"""Hands that break one promise of the toy shop and no other, as whoever runs its server could."""

from __future__ import annotations

from dataclasses import dataclass

from . import Meddling


@dataclass(frozen=True, slots=True)
class WebSaboteur:
    """Meddles with the shop so that one promise breaks."""

    name: str
    #: the id of the promise that it breaks
    breaks: str
    meddling: Meddling


def _page(html: str) -> Meddling:
    """Something is added to every page."""
    return Meddling(page=html)


def _script(javascript: str) -> Meddling:
    return _page(f"<script>{javascript}</script>")


def _after(control: str, choice: str) -> Meddling:
    """Pressing a control of the banner is followed by another choice."""
    cookie = f"choice={choice}; path=/; max-age=15552000; secure; samesite=lax"
    return _script(
        f'addEventListener("click", e => {{ if (e.target.dataset.zusage === "{control}")'
        f' setTimeout(() => {{ document.cookie = "{cookie}" }}, 0) }}, true)'
    )


_SESSION = "session=0f8a; Path=/; HttpOnly; SameSite=Lax"

#: what a browser sees
SEEN: tuple[WebSaboteur, ...] = (
    WebSaboteur(
        "a tag loaded before consent",
        "website/site/before-choice",
        _script(
            'if (location.pathname === "/" && !/choice=/.test(document.cookie)) new Image().src = "https://stats.example/hit"'
        ),
    ),
    WebSaboteur("a reject that does not reject", "website/site/after-reject", _after("reject-all", "analytics.advertising")),
    WebSaboteur("a single consent that gives all", "website/site/after-accept-one", _after("save", "analytics.advertising")),
    WebSaboteur(
        "a withdrawal that keeps an entry",
        "website/site/after-withdraw",
        _script(
            'addEventListener("click", e => { if (e.target.dataset.zusage === "withdraw")'
            # not a timer: the page that withdraws loads anew at once, and a timer may never come to run
            ' addEventListener("pagehide", () => { localStorage.setItem("ads", "2") }) }, true)'
        ),
    ),
    WebSaboteur(
        "a reject that looks weaker",
        "website/site/equal-choice",
        _page('<style>[data-zusage="reject-all"] { background: #ddd !important }</style>'),
    ),
    WebSaboteur(
        "an account that is counted",
        "website/site/logged-in",
        _script('if (location.pathname === "/account.html") new Image().src = "https://stats.example/hit"'),
    ),
    WebSaboteur(
        "a form that tells the advertiser",
        "website/site/forms",
        _script('if (location.pathname === "/thanks.html") new Image().src = "https://ads.example/pixel.gif"'),
    ),
    WebSaboteur(
        "a font from elsewhere",
        "website/site/contacts",
        _page(
            "<style>@font-face { font-family: far; src: url(https://elsewhere.example/font.woff2) } h1, p { font-family: far }</style>"
        ),
    ),
    WebSaboteur(
        "local storage although none is declared",
        "website/site/storage",
        _script('localStorage.setItem("trace", "1")'),
    ),
    WebSaboteur(
        "a notice that promises less than the manifest",
        "website/site/notice",
        Meddling(notice="sub_filter 'Ablehnen so leicht wie Zustimmen' 'Ablehnen möglich';"),
    ),
    WebSaboteur("a page from which nobody finds the notice", "website/site/notice", _page("<style>a { display: none }</style>")),
    WebSaboteur(
        "a cookie that lives a year too long",
        "cookie/choice",
        Meddling(script="sub_filter 'max-age=15552000' 'max-age=47088000'; sub_filter_once off;"),
    ),
    WebSaboteur(
        "a session cookie that stays",
        "cookie/session",
        Meddling(session='add_header Set-Cookie "session=0f8a; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax";'),
    ),
    WebSaboteur(
        "a cookie that also goes unencrypted",
        "website/site/sent-encrypted",
        Meddling(session=f'add_header Set-Cookie "{_SESSION}";'),
    ),
)

#: what handshakes show
SHAKEN: tuple[WebSaboteur, ...] = (
    WebSaboteur("an expired certificate", "transport/site/certificate", Meddling(days=-3)),
    WebSaboteur("a certificate that soon ends", "transport/site/certificate", Meddling(days=5)),
    WebSaboteur("a certificate for somebody else", "transport/site/certificate", Meddling(named="elsewhere.example")),
    WebSaboteur("a certificate of nobody that is trusted", "transport/site/certificate", Meddling(stranger=True)),
    WebSaboteur(
        "an old protocol",
        "transport/site/tls",
        Meddling(protocols="TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", ciphers="ssl_ciphers ALL:@SECLEVEL=0;"),
    ),
    WebSaboteur("no order to come encrypted", "transport/site/hsts", Meddling(hsts="")),
    WebSaboteur(
        "an order that ends too soon",
        "transport/site/hsts",
        Meddling(hsts='add_header Strict-Transport-Security "max-age=86400" always;'),
    ),
    WebSaboteur("a missing redirect", "transport/site/https-only", Meddling(plain="")),
    WebSaboteur("a redirect that stays in the clear", "transport/site/https-only", Meddling(plain="return 302 http://$host/x;")),
)
