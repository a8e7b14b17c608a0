"""Which language a message is written in, so that it is answered in the same one."""


def detect_language(text: str) -> str | None:
    """One of en, hi, hi_Latn, kn, ta, pa; None when it cannot be told ("2", "ok")."""
    return None
