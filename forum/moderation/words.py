"""What the states of mails, copies and holds are called on the screen: German, English. Read by pages and by the CLI."""

from __future__ import annotations

STATE_WORDS: dict[str, tuple[str, str]] = {
    "waiting": ("wartet", "waiting"),
    "posted": ("veröffentlicht", "posted"),
    "held": ("in der Warteschlange", "held"),
    "command": ("Befehl ausgeführt", "command carried out"),
    "answered": ("Rückfrage beantwortet", "question answered"),
    "relayed": ("privat weitergegeben", "relayed in private"),
    "bounce": ("unzustellbar zurück", "bounce"),
    "automatic": ("automatische Mail", "automatic mail"),
    "duplicate": ("Dublette", "duplicate"),
    "discarded": ("verworfen", "discarded"),
    "stuck": ("Klärfall", "stuck"),
    "sent": ("verschickt", "sent"),
    "failed": ("gescheitert", "failed"),
    "dropped": ("nicht mehr gewünscht", "no longer wanted"),
    "released": ("freigegeben", "released"),
    "rejected": ("abgelehnt", "rejected"),
}
"""By the value of InboundState, DeliveryState and HoldState."""


def state_word(state: str, locale: str) -> str:
    """The word for a state in `de` or `en`; raises KeyError for one that has none."""
    german, english = STATE_WORDS[state]
    return english if locale == "en" else german
