"""The outside world on loopback, in a process of its own (`python -m bot.simulator`).

It speaks the wire protocols that production speaks, so that the application runs unchanged against it:

    /graph/...      WhatsApp Cloud API (Graph): `whatsapp/`
    /telegram/...   Telegram Bot API: `telegram/`
    /openai/...     an OpenAI-compatible model: `openai.py`
    /sim/...        the control interface that plays customers and staff: `control.py`, `*/control.py`
    /               the page: customer, staff and owner side by side: `page.py`, `events.py`, `pages/`

Everything lives in memory. Nothing of the application may be imported here (an import contract checks it):
what the simulator knows of a platform it knows from that platform's documentation.
"""
