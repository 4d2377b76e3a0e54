"""The codes that `parse.read` puts into `ParsedMail.problems`, and which of them hold a mail. Read by `rules` and receive."""

from __future__ import annotations

# code -> what is broken. Codes outside HOLDS are remarks: the mail is readable all the same.
PROBLEMS = {
    "cap-header-block": "header larger than 100 kB",
    "cap-header": "one header larger than 32 kB",
    "cap-headers": "more than 1,000 headers",
    "cap-addresses": "more than 10,240 address tokens",
    "cap-mime-header": "a Content-Type or Content-Disposition larger than 8 kB",
    "cap-boundary": "a boundary longer than 2,048 characters",
    "cap-parts": "more than 1,000 parts",
    "cap-nesting": "parts nested deeper than 20",
    "cap-enclosures": "more than 200 attachments",
    "unparsable": "the parser gave up",
    "timed-out": "reading took more than 10 s of CPU",
    "crashed": "the reading process died",
    "encrypted-pgp": "encrypted with PGP, unreadable for us",
    "encrypted-smime": "encrypted with S/MIME, unreadable for us",
    "partial": "one piece of a mail sent in pieces (message/partial)",
    "multipart-broken": "the boundary of a multipart does not fit",
    "pgp-block": "readable, with an encrypted PGP block inside",
    "tnef-broken": "a winmail.dat that is none",
    "signed": "signed, the signature is not kept as an attachment",
    "signed-clear": "signed with PGP inside the text, shown without the marks and the signature",
    "signed-opaque": "signed in one S/MIME piece",
    "calendar": "carries an invitation or its answer",
    "base64-plain": "declared as base64, with plain lines behind it or instead of it",
    "charset-wrong": "declared charset does not fit, another one did",
    "charset-unknown": "declared charset is unknown",
    "charset-broken": "some letters could not be read",
    "nul": "NUL bytes were removed",
    "date": "Date is missing, unreadable or before 1990",
    "message-id": "Message-ID is missing, malformed or there are several",
    "header-mended": "lines in front of the header or inside it that are none",
    "no-text": "no readable text",
}
HOLDS = frozenset(code for code in PROBLEMS if code.startswith("cap-")) | {
    "unparsable",
    "timed-out",
    "crashed",
    "encrypted-pgp",
    "encrypted-smime",
    "partial",
}
