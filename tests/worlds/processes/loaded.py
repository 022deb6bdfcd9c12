"""What a process has loaded before others are forked from it; nothing else imports this module.

It stays without threads, since a fork takes none along: numpy would have some, for large matrices.
"""

import gc
import importlib
import os

LOADED = (
    "bot.app",
    "bot.background",
    "bot.chat",
    "bot.cli",
    "bot.commands.prepare",
    "bot.commands.run",
    "bot.commands.status",
    "bot.config",
    "bot.jobs.backups",
    "bot.jobs.broadcast_reports",
    "bot.jobs.by_itself",
    "bot.jobs.checkpoints",
    "bot.jobs.figures",
    "bot.jobs.moments",
    "bot.jobs.pauses",
    "bot.jobs.progress_messages",
    "bot.jobs.renewals",
    "bot.jobs.scheduler",
    "bot.jobs.schedules",
    "bot.jobs.telling",
    "bot.jobs.watch",
    "bot.rehearsal.world.world",
    "bot.web.app",
    "bot.web.serving",
    "tests.worlds.processes.forked",
    "tests.worlds.processes.killed",
    "tests.worlds.processes.places",
    "tests.mutants.wrong_processes",
    "tests.worlds.processes.words",
)

os.environ["OPENBLAS_NUM_THREADS"] = "1"
for name in LOADED:
    importlib.import_module(name)
gc.freeze()
