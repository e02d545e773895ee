"""How likely two records are about one person, or of one household, and why."""

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from household_graph.imports.matching.features import MatchFeatures

_NAMES = 0.6
_BIRTH_DATE, _EMAIL, _PHONE = 0.35, 0.3, 0.2
_ONE_LETTER = 1
_UNKNOWN_FLAT = 0.75  # below what merges two households: neighbours share names
_INITIAL = 0.75  # with a birth date it is possible, with an e-mail address it is sure
_SIMILAR = 0.7  # below this, two names are different names


@dataclass(frozen=True, slots=True)
class Score:
    """How likely it is, from 0 to 1, and why, in words."""

    confidence: float
    grounds: str


def same_person(one: MatchFeatures, other: MatchFeatures) -> Score | None:
    """Score whether two records are about one person; None if there is no evidence.

    Names are compared by optimal string alignment distance. Different birth dates rule it out,
    unless they differ by one digit or the order of day and month; then it is possible at most.
    """
    names, described = _names(one, other)
    if names < _SIMILAR:
        return None
    reasons, confidence = [described], _NAMES * names
    if one.birth_date and other.birth_date:
        if one.birth_date == other.birth_date:
            confidence += _BIRTH_DATE
            reasons.append("same birth date")
        elif _nearly(one.birth_date, other.birth_date):
            return Score(_NAMES * names, f"{described}, birth dates nearly the same")
        else:
            return None
    for kind, weight in (("email", _EMAIL), ("phone", _PHONE)):
        if getattr(one, kind) and getattr(one, kind) == getattr(other, kind):
            confidence += weight
            reasons.append(f"same {kind}")
    return Score(min(confidence, 1.0), ", ".join(reasons))


def same_household(one: MatchFeatures, other: MatchFeatures) -> Score | None:
    """Score whether two records are of one household, by address and family name.

    Another flat in the same house is another household; if one flat or one name is unknown, it is
    possible at most.
    """
    if not one.address or not other.address:
        return None
    street, unit = _same_address(one.address, other.address)
    if street < _SIMILAR or unit is False:
        return None
    if not one.family or not other.family:
        return Score(_NAMES, "same address, a name is missing") if street == 1 else None
    family = OSA.normalized_similarity(one.family, other.family)
    if family < _SIMILAR:
        return None
    confidence = min(street, family)
    described = f"family names {family:.0%} and streets {street:.0%} alike"
    if unit is None:
        return Score(min(confidence, _UNKNOWN_FLAT), f"{described}, one flat is not known")
    return Score(confidence, described)


def _names(one: MatchFeatures, other: MatchFeatures) -> tuple[float, str]:
    """Return how similar two names are, and in what way; both parts are needed.

    Typing errors rarely hit the first letter: another one is another name, as with many twins. An
    initial matches any name that begins with it.
    """
    if not (one.given and other.given and one.family and other.family):
        return 0.0, ""
    if (one.given, one.family) == (other.family, other.given):
        return _INITIAL, "names in another order"
    family = OSA.normalized_similarity(one.family, other.family)
    if one.given[0] != other.given[0]:
        return 0.0, ""
    if 1 in (len(one.given), len(other.given)) and one.given != other.given:
        similarity = min(_INITIAL, family)
        return similarity, f"an initial, family names {family:.0%} alike"
    similarity = min(OSA.normalized_similarity(one.given, other.given), family)
    return similarity, f"names {similarity:.0%} alike"


def _nearly(one: str, other: str) -> bool:
    year, month, day = one.split("-")
    return other == f"{year}-{day}-{month}" or OSA.distance(one, other) <= _ONE_LETTER


def _same_address(one: str, other: str) -> tuple[float, bool | None]:
    """Return how similar two streets are, and whether the flat is the same; None: unknown."""
    *town, street, flat = one.split("|")
    *other_town, other_street, other_flat = other.split("|")
    if town != other_town:
        return 0.0, False
    unit = None if bool(flat) != bool(other_flat) else flat == other_flat
    if [w for w in street.split() if w[0].isdigit()] != [
        w for w in other_street.split() if w[0].isdigit()
    ]:
        return 0.0, False  # another number is another house, however similar the rest is
    return OSA.normalized_similarity(street, other_street), unit
