"""What keeps two records from being merged by themselves, however likely it is that they are one.

Each rule is a function of two records that returns why they are left for a review, or None. They
stand over the probabilities of `person_scores`: these are right nearly always, and what a wrong
merge costs is that strangers share what a household is granted.
"""

from collections.abc import Callable

from rapidfuzz.distance import OSA, JaroWinkler

from household_graph.imports.cleaning.addresses import AddressParts
from household_graph.imports.cleaning.given_names import (
    LONG,
    forms_of,
    is_known,
    meant_by,
    spelling_of,
)
from household_graph.imports.match_features import MatchFeatures, home_of

Rule = Callable[[MatchFeatures, MatchFeatures], str | None]

_ALIKE = 0.8
_SLIP_OF_YEARS = 12  # a father and his son are further apart
_LETTERS = 2  # that a slip of the pen changes
_OTHER_NAMES = "the given names differ by more than a slip"


def two_given_names(one: MatchFeatures, other: MatchFeatures) -> str | None:
    """Twins: both given names are known ones, and neither is a form or spelling of the other."""
    if not (one.given and other.given) or _are_forms(one.given, other.given):
        return None
    is_initial = 1 in (len(one.given), len(other.given))
    are_known = is_known(one.given) and is_known(other.given)
    if one.given[0] != other.given[0] if is_initial else are_known:
        return f"`{one.given}` and `{other.given}` are two given names"
    return None


def part_of_a_given_name(one: MatchFeatures, other: MatchFeatures) -> str | None:
    """An initial or a short form may be that of a twin, unless the e-mail address is the same."""
    if not (one.given and other.given) or _same(one.email, other.email):
        return None
    if 1 in (len(one.given), len(other.given)):
        return "an initial may stand for another name"
    if not _is_spelling(one.given, other.given) and _are_forms(one.given, other.given):
        return "a short form of a name may be another one"
    return None


def no_given_name(one: MatchFeatures, other: MatchFeatures) -> str | None:
    """Without a given name, birth date and street or e-mail address have to be the same."""
    if one.given and other.given:
        return None
    is_near = _same(one.birth_date, other.birth_date) and home_parts(one, other)[0]
    return None if is_near or _same(one.email, other.email) else "a given name is not known"


def unclear_slip(one: MatchFeatures, other: MatchFeatures) -> str | None:
    """A given name that is none may be a slip of the pen in that of a twin.

    `Danielx` may be Daniel or Daniela, `Noay` is Noah and so not Casey; `Erni` is Erin, as all of
    its letters are. What no usual name is near to has a letter or two in another place at most.
    """
    if not (one.given and other.given) or _are_forms(one.given, other.given):
        return None
    if 1 in (len(one.given), len(other.given)):
        return None
    slips = OSA.distance(one.given, other.given)
    if slips == 1 and sorted(one.given) == sorted(other.given):
        return None
    meant = meant_by(one.given), meant_by(other.given)
    if all(meant):
        if len({spelling_of(name) for name in meant[0] | meant[1]}) == 1:
            return None
        return "the slip may be of another name" if meant[0] & meant[1] else _OTHER_NAMES
    is_long = max(len(one.given), len(other.given)) >= LONG and one.given[0] == other.given[0]
    return _OTHER_NAMES if slips > (_LETTERS if is_long else 1) else None


def nothing_but_a_name(one: MatchFeatures, other: MatchFeatures) -> str | None:
    """Two of one name in one house may be father and son: a birth date or e-mail has to agree."""
    if (one.birth_date and other.birth_date) or _same(one.email, other.email):
        return None
    return "nothing but a name and a home in common"


def other_birth_date(one: MatchFeatures, other: MatchFeatures) -> str | None:
    """Birth dates differ by more than one digit, or the order of day and month."""
    if not (one.birth_date and other.birth_date) or one.birth_date == other.birth_date:
        return None
    years = abs(int(one.birth_date[:4]) - int(other.birth_date[:4]))
    if is_slip_of_date(one.birth_date, other.birth_date) and years < _SLIP_OF_YEARS:
        return None
    return "other birth dates"


def slip_of_a_date_alone(one: MatchFeatures, other: MatchFeatures) -> str | None:
    """A birth date that is nearly the same needs a home or an e-mail address in common."""
    if one.birth_date == other.birth_date or not (one.birth_date and other.birth_date):
        return None
    is_one_flat = one.address and other.address and _flat(one) == _flat(other)
    if is_one_flat or _same(one.email, other.email):
        return None
    return "birth dates are nearly the same, and no home"


def two_homes(one: MatchFeatures, other: MatchFeatures) -> str | None:
    """Who is in two homes may have moved, or be a namesake.

    Another house number or flat is another home. With one postal code, street or number have to
    agree; in one town, the street.
    """
    if not (one.address and other.address):
        return None
    if _flat(one) and _flat(other) and _flat(one) != _flat(other):
        return "two homes"
    street, number = home_parts(one, other)
    is_one_area = _near(one.postal_code, other.postal_code)
    is_one_street = street or (is_one_area and (number or street is None))
    is_near = is_one_area or _alike(one.city, other.city)
    return None if is_near and is_one_street and number is not False else "two homes"


def changed_family_name(one: MatchFeatures, other: MatchFeatures) -> str | None:
    """Another family name, or none, needs a given name, the same birth date, and home or e-mail."""
    if (
        one.family
        and other.family
        and (_alike(one.family, other.family) or OSA.distance(one.family, other.family) <= _LETTERS)
    ):
        return None
    is_same = bool(one.given and other.given) and _same(one.birth_date, other.birth_date)
    is_near = home_parts(one, other)[0] or _same(one.email, other.email)
    return None if is_same and is_near else "other family names, and not the rest the same"


RULES: tuple[Rule, ...] = (
    *(
        nothing_but_a_name,
        other_birth_date,
        slip_of_a_date_alone,
        two_given_names,
        part_of_a_given_name,
    ),
    *(no_given_name, unclear_slip, two_homes, changed_family_name),
)


def obstacle(one: MatchFeatures, other: MatchFeatures) -> str | None:
    """Return why two records are not merged by themselves; None: nothing speaks against it."""
    straight = straightened(one, other)
    reasons = (rule(one, straight) for rule in RULES)
    return next(filter(None, reasons), None) or two_names(one, other)


def two_names(one: MatchFeatures, other: MatchFeatures) -> str | None:
    """Return why two given names are two, in whatever column they are."""
    straight = straightened(one, other)
    if reason := two_given_names(one, straight):
        return reason
    families = (one.family or "", straight.family or "")
    may_be_turned = straight is not other or not is_known(one.given or "")
    if may_be_turned and families[0] != families[1] and any(map(_may_be_given, families)):
        turned = _turned(one), _turned(straight)
        rules = (two_given_names, part_of_a_given_name, unclear_slip)
        return next((reason for rule in rules if (reason := rule(*turned))), None)
    return None


def _may_be_given(name: str) -> bool:
    return len(name) == 1 or is_known(name)


def _turned(one: MatchFeatures) -> MatchFeatures:
    return one._replace(given=one.family, family=one.given)


def straightened(one: MatchFeatures, other: MatchFeatures) -> MatchFeatures:
    """Return the other record with the parts of its name exchanged, if they fit better so."""
    turned = _turned(other)
    fits, fits_turned = (
        sum(
            JaroWinkler.similarity(first, second)
            for first, second in ((one.given, each.given), (one.family, each.family))
            if first and second
        )
        for each in (other, turned)
    )
    return turned if fits_turned > max(fits, _ALIKE) else other


def are_two(one: MatchFeatures, other: MatchFeatures) -> bool:
    """Tell whether two are two people and no question: such as a couple, or brother and sister.

    They have other given names, and neither a birth date nor an e-mail address in common.
    """
    other = straightened(one, other)
    if one.given == other.given or _same(one.email, other.email):
        return False
    has_dates = one.birth_date and other.birth_date
    if has_dates and is_slip_of_date(one.birth_date or "", other.birth_date or ""):
        return False
    if not (one.given and other.given):
        return bool(has_dates)
    return bool(two_given_names(one, other)) or unclear_slip(one, other) == _OTHER_NAMES


def is_slip_of_date(one: str, other: str) -> bool:
    """Tell whether two days in ISO form differ by one slip, or by the order of day and month."""
    year, month, day = one.split("-")
    return other == f"{year}-{day}-{month}" or OSA.distance(one, other) <= _LETTERS


def home_parts(one: MatchFeatures, other: MatchFeatures) -> tuple[bool | None, bool | None]:
    """Return whether streets are alike, and whether house numbers are the same; None: unknown."""
    (street, number), (other_street, other_number) = home_of(one), home_of(other)
    return (
        _alike(street, other_street) if street and other_street else None,
        number == other_number if number and other_number else None,
    )


def grounds(one: MatchFeatures, other: MatchFeatures) -> str:
    """Return in words what two records have in common."""
    found = []
    straight = straightened(one, other)
    if straight is not other:
        found.append("names in another order")
    elif (one.given, one.family) == (other.given, other.family):
        found.append("same name")
    elif one.given and other.given:
        alike = JaroWinkler.similarity(_name(one), _name(other))
        found.append(f"names {alike:.0%} alike")
    if one.birth_date and other.birth_date:
        same = one.birth_date == other.birth_date
        near = is_slip_of_date(one.birth_date, other.birth_date)
        found.append("same birth date" if same else "birth dates nearly the same" if near else "")
    kinds = ("email", "phone")
    found += [f"same {kind}" for kind in kinds if _same(getattr(one, kind), getattr(other, kind))]
    if one.address and other.address:
        is_near = two_homes(one, other) is None
        same = one.address == other.address
        found.append("same address" if same else "addresses nearly the same" if is_near else "")
    return ", ".join(filter(None, found)) or "parts of names"


def _flat(one: MatchFeatures) -> str:
    return AddressParts.of(one.address).flat if one.address else ""


def _name(one: MatchFeatures) -> str:
    return f"{one.given or ''} {one.family or ''}"


def _are_forms(one: str, other: str) -> bool:
    return _is_spelling(one, other) or other in forms_of(one)


def _is_spelling(one: str, other: str) -> bool:
    return one == other or spelling_of(one) == spelling_of(other)


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _alike(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and JaroWinkler.similarity(one, other) >= _ALIKE


def _near(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and OSA.distance(one, other) <= 1
