"""The harnesses: three worlds to put the bot into. Take the first that can show what a test is about.

1. `virtual`: in memory, on virtual time. The engine (`campaign.Campaign`) or the inbox (`inbox.World`) as several
   processes that die, on a database of its own, against a scripted Telegram (`telegram.Telegram`); hours pass in a
   second, the same each time. For invariants: what must hold whatever happens, in any order. `play.play` plays a
   script in it, and `tests/mutants` shows that it would see a bot that is wrong.
2. `in_process`: in this process, over loopback HTTP. The whole bot as `bot.app` wires it, with phones to write with
   (`stage.Stage`, `organizing`), or its engine alone under faults of the wire and the database (`sending.Sending`),
   against the rehearsal's Bot API. For what people and organizers see, and for what each fault makes of a delivery.
3. `processes`: real processes. `campaign-bot run` that is killed and started again (`child`), and the Bot API in a
   process of its own (`trial`). For what only an operating system can show, and for `bench`, which measures with it.

Values without a world are made by `tests.making`; a PostgreSQL of the tests' own is `postgres`.
"""
