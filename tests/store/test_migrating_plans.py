"""A database of before 0005 is carried over: what was approved goes on, nobody is lost, nobody gets it twice."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.delivery.engine import Engine
from bot.delivery.governor import Governor
from bot.domain.broadcast import BroadcastStatus, StopReason
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Organizer, Role
from bot.domain.plan import plan_of
from bot.privacy.cipher import Cipher, Table
from bot.services import approvals
from bot.store.engine import open_database
from bot.store.migrate import migrate
from bot.store.schema import deliveries
from bot.store.store import Store, open_store
from tests.delivery.telegram import FakeSender, Telegram, body
from tests.delivery.virtual_time import run as run_virtually
from tests.making import CHAT, KEY, NOW
from tests.store.test_migrate import migrate_to
