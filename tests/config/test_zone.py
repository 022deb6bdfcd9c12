"""The campaign's zone, as `campaign.toml` names it."""

import tomllib
from typing import Any

import pytest

from bot.config import ROOT
from bot.content.campaign import about_campaign, campaign_of
from bot.content.files import CampaignShape
from bot.wording.times import zone_of


def shape(**changed: Any) -> CampaignShape:
    """Return the campaign's file with another zone."""
    written = tomllib.loads((ROOT / "content" / "campaign.toml").read_text(encoding="utf-8"))
    return CampaignShape.model_validate(written | changed)


def test_a_zone_is_optional() -> None:
    """Without one it is UTC."""
    written = shape()
    assert zone_of(campaign_of(written).zone).key == written.zone
    assert CampaignShape.model_fields["zone"].default == "UTC"


def test_a_zone_is_taken() -> None:
    """One that there is is the campaign's."""
    named = shape(zone="Europe/Madrid")
    assert campaign_of(named).zone == "Europe/Madrid"
    assert not [each for each in about_campaign(named) if each.startswith("zone")]


@pytest.mark.parametrize("name", ["Europe/Mardid", "Factory", "../etc/passwd", "madrid"])
def test_an_unknown_zone(name: str) -> None:
    """`content check` names one that there is not; the bot starts, and says times in UTC."""
    named = shape(zone=name)
    assert [each.partition(":")[0] for each in about_campaign(named) if each.startswith("zone")] == ["zone"]
    assert zone_of(campaign_of(named).zone).key == "UTC"
