"""The settings: read from the environment and `.env`, checked before anything starts."""

from bot.config.checks import TELEGRAM
from bot.config.reading import load_settings, require_token
from bot.config.settings import ROOT, Settings, Variable, variable

__all__ = ["ROOT", "TELEGRAM", "Settings", "Variable", "load_settings", "require_token", "variable"]
