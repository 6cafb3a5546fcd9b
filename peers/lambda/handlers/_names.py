"""Names by content, as `policy::naming` makes them: the peers write the same keys."""

import base64
import hashlib
import unicodedata


def content_name(*pieces):
    digest = hashlib.sha256()
    for piece in pieces:
        piece = piece if isinstance(piece, bytes) else piece.encode()
        digest.update(len(piece).to_bytes(8, "little") + piece)
    return base64.b32encode(digest.digest()[:16]).decode().rstrip("=").lower()


def number(value):
    return value.to_bytes(4, "little")


def normalise(text):
    lower = unicodedata.normalize("NFC", text).lower()
    return unicodedata.normalize("NFC", " ".join(lower.split()))


def row_hash(text):
    return content_name("text", normalise(text))


def fraction(purpose, text):
    digest = hashlib.sha256(purpose.encode() + b"\0" + normalise(text).encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53


def endpoint_config(endpoint, model_package_arn, hosting, role):
    return f"{endpoint[:36]}-{content_name('endpoint-config', model_package_arn, hosting, role, 'champion')}"


def flow_definition(prefix, *content):
    return f"{prefix[:50]}-{content_name('flow-definition', *content)[:12]}"


def human_loop(text_hash, flow_definition_arn, attempt):
    return content_name("human-loop", text_hash, flow_definition_arn, number(attempt))


def receipt(key, etag):
    return content_name("receipt", key, etag.strip('"'))
