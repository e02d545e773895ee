"""Words of streets that are written in several ways, by country."""

from household_graph.imports.cleaning.blanks import word_set

# What a word becomes; `st` stands for street and for saint alike, so it need not be told apart.
COMMON = {
    "street": "st", "saint": "st", "road": "rd", "avenue": "av", "ave": "av", "lane": "ln",
    "drive": "dr", "court": "ct", "place": "pl", "square": "sq", "terrace": "terr",
    "crescent": "cres", "close": "cl", "gardens": "gdns", "grove": "gr", "boulevard": "bd",
    "blvd": "bd", "highway": "hwy", "parkway": "pkwy", "mount": "mt", "fort": "ft",
    "building": "bldg", "house": "hse", "park": "pk", "parade": "pde", "way": "wy",
}  # fmt: skip
GERMAN = {"str": "strasse", "pl": "platz"}
FRENCH = {
    "ave": "av", "avenue": "av", "boul": "bd", "bld": "bd", "blvd": "bd", "boulevard": "bd",
    "ch": "chemin", "che": "chemin", "chem": "chemin", "imp": "impasse", "rte": "route",
    "fbg": "faubourg", "fg": "faubourg", "sainte": "ste", "saint": "st", "pl": "place",
    "res": "residence", "bat": "batiment", "all": "allee", "sq": "square",
}  # fmt: skip
POLISH = {
    "aleja": "al", "aleje": "al", "alei": "al", "plac": "pl", "osiedle": "os", "gen": "generala",
    "sw": "swietego", "ks": "ksiedza",
}  # fmt: skip
AMERICAN = COMMON | {"n": "north", "s": "south", "e": "east", "w": "west"}
AMERICAN |= {"ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest"}
WORDS = {
    **dict.fromkeys(("US", "CA"), AMERICAN),
    **dict.fromkeys(("DE", "AT", "CH"), GERMAN),
    **dict.fromkeys(("FR", "BE", "LU"), FRENCH),
    "PL": POLISH,
}
# What stands before the number of a flat, everywhere and in one country.
UNITS = word_set("apartment apt app appt appartement flat fl unit suite room rm whg wohnung")
POLISH_UNITS = UNITS | word_set("lokal lok m mieszkanie mieszk")
# `Ste` is a suite in English and a saint in French.
ENGLISH_UNITS = UNITS | word_set("ste")
# What may as well not be there: before a number, and anywhere in a country.
NUMBER_WORDS = word_set("no nr num numero number")
STREET_SIGNS = {"PL": word_set("ul ulica")}


def street_words(country: str) -> dict[str, str]:
    """List the words that have several spellings in a country -> the one that stands for all."""
    return WORDS.get(country, COMMON)


def unit_words(country: str) -> frozenset[str]:
    """List the words that stand before the number of a flat in a country."""
    if country == "PL":
        return POLISH_UNITS
    return UNITS if WORDS.get(country) is FRENCH else ENGLISH_UNITS
