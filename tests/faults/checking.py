"""`munshi check` and `munshi webhooks` as somebody runs them who connects real accounts, with the simulator as the platforms."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot import check, registration
from bot.config import load
from bot.demo import APP_SECRET, BOT_TOKEN, GRAPH_TOKEN, NUMBER, VERIFY_TOKEN
from tests.harness import Shop

HOME = Path(__file__).parents[2]
WABA = "102290129340398"
WRONG_BOT = "123456789:wrong-token-of-no-bot-at-all"
PUBLIC = "https://shop.example"
WHATSAPP = {
    "WHATSAPP_PHONE_NUMBER_ID": NUMBER,
    "WHATSAPP_WABA_ID": WABA,
    "WHATSAPP_TOKEN": GRAPH_TOKEN,
    "WHATSAPP_APP_SECRET": APP_SECRET,
    "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
}
TELEGRAM = {"TELEGRAM_BOT_TOKEN": BOT_TOKEN}


@dataclass
class Desk:
    """A folder of its own with the repository's config.yaml, whose platforms are the simulator; `seen` is what came out."""

    shop: Shop
    folder: Path
    patch: pytest.MonkeyPatch
    screen: pytest.CaptureFixture[str]
    seen: list[str] = field(default_factory=list)
    code: int = 0

    def __post_init__(self) -> None:
        world = self.shop.world.address
        text = (HOME / "config.yaml").read_text("utf-8")
        for name, place in (("whatsapp", "graph"), ("telegram", "telegram")):
            text, found = re.subn(rf"^{name}:.*$", rf"{name}:\n  base_url: {world}/{place}", text, count=1, flags=re.M)
            assert found
        (self.folder / "config.yaml").write_text(text, "utf-8")
        self.patch.chdir(self.folder)
        variables = re.findall(r"^([A-Z_]+)=", (HOME / ".env.example").read_text("utf-8"), re.M)
        for name in variables:
            self.patch.delenv(name, raising=False)

    @property
    def public(self) -> dict[str, str]:
        """Variables that make the running shop's own address the public one."""
        return {"MUNSHI_PUBLIC_URL": self.shop.address, "MUNSHI_PORT": str(urlsplit(self.shop.address).port)}

    async def checks(self, **variables: str) -> str:
        """The output of `munshi check` with these variables, and no others of ours."""
        return await self._run("", variables)

    async def webhooks(self, what: str, **variables: str) -> str:
        return await self._run(what, variables)

    async def _run(self, what: str, variables: dict[str, str]) -> str:
        with self.patch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            config = Path("config.yaml")
            self.code = await (registration.run(load(config), what) if what else check.run(config))
        said = self.screen.readouterr().out
        assert not any(value in said for value in variables.values() if value in (GRAPH_TOKEN, BOT_TOKEN, APP_SECRET))
        self.seen += self._shown(said).splitlines()
        return said

    def _shown(self, said: str) -> str:
        """As it would stand on the machine of https://shop.example."""
        port = urlsplit(self.shop.address).port
        said = said.replace(self.shop.address, PUBLIC).replace(f"127.0.0.1:{port}", "127.0.0.1:8000")
        return re.sub(r"\d+ [MG]B free", "75 GB free", said)
