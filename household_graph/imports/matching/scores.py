"""How sure it is that two records speak of one person, or of one household, and why."""

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from household_graph.imports.matching.traits import Traits

_NAMES = 0.6
_BIRTH_DATE, _EMAIL, _PHONE = 0.35, 0.3, 0.2
_ONE_LETTER = 1
_UNKNOWN_FLAT = 0.75  # below what joins two households: neighbours share names
_INITIAL = 0.75  # with a birth date it is a doubt, with an e-mail address it is sure
_ALIKE = 0.7  # below this, two names are two names


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure is sure enough, from 0 to 1.

    Attributes:
        merge: from here on, two are one person.
        doubt: from here on, they may be, and are left apart for a review.
        household: from here on, two at one address are one household.
    """

    merge: float = 0.82
    doubt: float = 0.6
    household: float = 0.8


@dataclass(frozen=True, slots=True)
class Score:
    """How sure it is, from 0 to 1, and why, in words."""

    confidence: float
    grounds: str


def same_person(one: Traits, other: Traits) -> Score | None:
    """Return how sure it is that two records are about one person; None if nothing speaks for it.

    Names count by the letters that have to be changed, two that were swapped as one. Different
    dates of birth speak against it, unless one letter or the order of day and month tells them
    apart; then it is never more than a doubt.
    """
    names, said = _names(one, other)
    if names < _ALIKE:
        return None
    reasons, confidence = [said], _NAMES * names
    if one.birth_date and other.birth_date:
        if one.birth_date == other.birth_date:
            confidence += _BIRTH_DATE
            reasons.append("same birth date")
        elif _nearly(one.birth_date, other.birth_date):
            return Score(_NAMES * names, f"{said}, birth dates nearly the same")
        else:
            return None
    for kind, weight in (("email", _EMAIL), ("phone", _PHONE)):
        if getattr(one, kind) and getattr(one, kind) == getattr(other, kind):
            confidence += weight
            reasons.append(f"same {kind}")
    return Score(min(confidence, 1.0), ", ".join(reasons))


def same_household(one: Traits, other: Traits) -> Score | None:
    """Return how sure it is that two live in one household: by address and family name.

    Another flat in the same house is another household; where one flat is not known, or one name,
    it is a doubt.
    """
    if not one.address or not other.address:
        return None
    street, unit = _same_address(one.address, other.address)
    if street < _ALIKE or unit is False:
        return None
    if not one.family or not other.family:
        return Score(_NAMES, "same address, a name is missing") if street == 1 else None
    family = OSA.normalized_similarity(one.family, other.family)
    if family < _ALIKE:
        return None
    confidence = min(street, family)
    said = f"family names {family:.0%} and streets {street:.0%} alike"
    if unit is None:
        return Score(min(confidence, _UNKNOWN_FLAT), f"{said}, one flat is not known")
    return Score(confidence, said)


def _names(one: Traits, other: Traits) -> tuple[float, str]:
    """Return how alike two names are, and in what way; both parts have to be there.

    Who mistypes a name gets its first letter right: another one is another name, as it is with
    many twins. An initial can stand for any name that begins with it.
    """
    if not (one.given and other.given and one.family and other.family):
        return 0.0, ""
    if (one.given, one.family) == (other.family, other.given):
        return _INITIAL, "names in another order"
    family = OSA.normalized_similarity(one.family, other.family)
    if one.given[0] != other.given[0]:
        return 0.0, ""
    if 1 in (len(one.given), len(other.given)) and one.given != other.given:
        alike = min(_INITIAL, family)
        return alike, f"an initial, family names {family:.0%} alike"
    alike = min(OSA.normalized_similarity(one.given, other.given), family)
    return alike, f"names {alike:.0%} alike"


def _nearly(one: str, other: str) -> bool:
    year, month, day = one.split("-")
    return other == f"{year}-{day}-{month}" or OSA.distance(one, other) <= _ONE_LETTER


def _same_address(one: str, other: str) -> tuple[float, bool | None]:
    """Return how alike two streets are, and whether the flat is the same; None: not known."""
    *town, street, flat = one.split("|")
    *other_town, other_street, other_flat = other.split("|")
    if town != other_town:
        return 0.0, False
    unit = None if bool(flat) != bool(other_flat) else flat == other_flat
    if [w for w in street.split() if w[0].isdigit()] != [
        w for w in other_street.split() if w[0].isdigit()
    ]:
        return 0.0, False  # another number is another house, however alike the rest is
    return OSA.normalized_similarity(street, other_street), unit
