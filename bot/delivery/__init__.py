"""The broadcast: engine, governor, sender."""
