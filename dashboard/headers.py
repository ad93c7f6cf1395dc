"""Headers that every answer carries: nothing is loaded from elsewhere, and how long a browser keeps Streamlit's static files."""

from typing import Any

from dashboard import embed
from dashboard.hosted import hosted

CONTENT_SECURITY_POLICY = "; ".join([
    "default-src 'self'",
    # The hash is that of the one inline script of Streamlit 1.67's index.html.
    "script-src 'self' blob: 'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    embed.OWN,
    "base-uri 'self'",
    "object-src 'none'",
])  # fmt: skip
KEPT = {"/app/static/fonts/": b"public, max-age=604800", "/app/static/": b"no-cache"}
"""The fonts, which the configuration names, stay as they are for years; what pages load is at addresses of its own (`files`)."""
SHARED = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"permissions-policy": b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
OVER_TLS = {b"strict-transport-security": b"max-age=31536000", b"cross-origin-opener-policy": b"same-origin"}
"""Where the app is hosted: a browser that came over TLS once never comes without it again. (Without TLS both mean nothing.)"""


class Headers:
    """ASGI middleware that adds the headers to every HTTP answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass everything on, with the headers added."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        kept = next((how for place, how in KEPT.items() if place in scope["path"]), None)
        framed = {b"content-security-policy": embed.policy(scope["path"], CONTENT_SECURITY_POLICY).encode()}
        shared = SHARED | framed | (OVER_TLS if scope["scheme"] == "https" and hosted() else {})

        async def send_with_headers(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                added = [(name, value) for name, value in shared.items() if name not in names]
                if kept and b"cache-control" not in names:
                    added.append((b"cache-control", kept))
                message = message | {"headers": [*message["headers"], *added]}
            await send(message)

        await self.app(scope, receive, send_with_headers)
