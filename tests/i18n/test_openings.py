"""How no answer may begin, in every language."""

import pytest

from bot.domain.faq import fold
from bot.i18n import lint
from bot.i18n.openings import opening_of, openings_in
from tests import shipped

LOCALES = shipped.catalogs().locales


@pytest.mark.parametrize(
    ("locale", "answers"),
    [
        (
            "en",
            "Yes: it did. | No new laws. | BECAUSE of it | Until 2020 | That it stays | They say | It’s a ban",
        ),
        (
            "es",
            "Sí, lo dijo. | No. | Porque … | Hasta que | Que se queda | Ellos dicen | Eso dice | Por su culpa",
        ),
        (
            "fr",
            "Oui : … | Non | Parce qu’elle | Jusqu’à ce que | Qu’elle reste | Ils disent | C’est ça | À cause",
        ),
        (
            "de",
            "Ja: … | Nein. | Weil sie | Bis Gesichtserkennung | Dass die Firma | Sie sagen | Es ist | Wegen",
        ),
        ("it", "Sì: … | No. | Perché | Finché | Che resta | Loro dicono | È vietato | Per il suo ruolo"),
        ("pt_BR", "Sim: … | Não. | Porque | Até que | Que fica | Eles dizem | Isso é | Por seu papel"),
        ("tr", "Evet: … | Hayır. | HAYIR | Çünkü | Öyle | Onlar | Bu yüzden | O, bir şirket"),
        (
            "ar",
            "نعم. يقول | نَعَم | لا. | لأن التقنية | حتى تُحظر | أنها باقية | هم يقولون | إلى أن تُحظر | بسبب تورطها",
        ),
        (
            "he",
            "כן: לפי | לא. | כי טכנולוגיה | בגלל מעורבותה | עד שזיהוי | שהיא נשארת | הם אומרים | היא אומרת",
        ),
    ],
)
def test_what_says_nothing_without_the_question(locale: str, answers: str) -> None:
    """Yes, no, because, until, that, they and it begin no answer, whatever follows."""
    openings = openings_in(locale)
    assert [answer for answer in answers.split(" | ") if opening_of(answer, openings) is None] == []


@pytest.mark.parametrize(
    ("locale", "answers"),
    [
        (
            "en",
            "The statement says that … | Itemised | Nobel | IBM | Some companies | Thatcher | In June 2020",
        ),
        (
            "es",
            "El comunicado dice | La empresa | Muchas | Según el comunicado | Nota de la redacción | Noticias",
        ),
        (
            "fr",
            "La déclaration dit | Le comité | Beaucoup | Selon elle | L’entreprise | Note de la rédaction",
        ),
        ("de", "Die Erklärung sagt | Das Komitee | Laut der Erklärung | Einige Städte | Anmerkung | Jahre"),
        ("it", "Il comunicato dice | La società | Molte aziende | Secondo il comunicato | L’azienda | Nota"),
        ("pt_BR", "O comunicado diz | A empresa | Muitas | Segundo ele | Nota da redação | Atenas"),
        (
            "tr",
            "Haziran 2020 tarihli bildiri | Bildiriye göre | BNC, bildiriyi | Yüz tanıma | Editörlerin notu",
        ),
        ("ar", "يقول البيان | البيان | تشير الأحرف | ملاحظة من المحررين | اللجنة الوطنية | حزيران"),
        ("he", "ההצהרה אומרת | לפי ההצהרה | הוועד הלאומי | זיהוי פנים | הערת עורכים | רבות מהחברות | שירותי"),
    ],
)
def test_what_stands_alone(locale: str, answers: str) -> None:
    """A subject of its own begins an answer, also where its letters begin like such a word."""
    openings = openings_in(locale)
    assert [answer for answer in answers.split(" | ") if opening_of(answer, openings)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_its_openings(locale: str) -> None:
    """Each language has enough of them, none of which is empty when folded."""
    folded = [fold(opening) for opening in openings_in(locale)]
    assert len(set(folded)) >= lint.LEAST_OPENINGS
    assert all(folded)


def test_the_longest_is_named() -> None:
    """Of several that fit, the longest is named; a language without a list refuses nothing."""
    assert opening_of("Some have, …", ["some", "some have", "some have not"]) == "some have"
    assert opening_of("yes", ["yes"]) == "yes"
    assert opening_of("", ["yes"]) is None
    assert openings_in("xx") == ()
