"""The harnesses: three worlds to put the bot into. Take the first that can show what a test is about.

1. `virtual`: in memory, on virtual time. The engine (`campaign.Campaign`) or the inbox (`inbox.World`) as several
   processes that die, on a database of its own, against a scripted Telegram (`telegram.Fate`); hours pass in a second,
   the same each time. For invariants: what must hold whatever happens, in any order. `play` in `play` and in `inbox`
   plays a script; with `tests.worlds.mutants` a test shows that it would see a part that is wrong.
2. `in_process`: in this process, over loopback HTTP. The whole bot as `bot.app` wires it, with phones to write with
   (`stage.Stage`, `organizing`), or its engine alone under faults of the wire and the database (`sending.Sending`),
   against the rehearsal's Bot API (`served`). For what people and organizers see, and for what each fault makes of a
   delivery.
3. `processes`: real processes (`child`). `campaign-bot` that is killed and started again, against the Bot API in a
   process of its own (`campaign`; `trial`: senders that are killed at any moment; `killed`: one that is killed at a
   step of it, to the statement), or against that of a stage, for its people
   (`program`). For what only an operating system can show; `bench` measures with it.

Values without a world are made by `tests.making`; a PostgreSQL of the tests' own is `postgres`.
"""
