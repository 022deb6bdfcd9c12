"""The three alerts of a tour by their numbers, in the order in which they are begun."""

MAIN, LADDER, MOMENT = 1, 2, 3
"""The one that is reviewed at length and recalled; the one that is acted on and shared; the moment."""

WORDS = {MAIN: "how-to-help", LADDER: "who-should-cut-ties", MOMENT: "until-when"}
"""Their words are those of these answers, which every locale has."""

SENDINGS = {LADDER: 1, MOMENT: 2, MAIN: 3}
"""The broadcasts that send them, by their numbers: the main one goes out last."""
