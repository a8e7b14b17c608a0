"""What the attacks begin with."""

import pytest

from tests.harness import Shop
from tests.isolation.neighbours import second_shop


@pytest.fixture
async def two(shop: Shop) -> Shop:
    """Annapurna and Meera Sweets; see `tests.isolation.neighbours`."""
    return await second_shop(shop)
