"""Every label: what a node of it is, and its properties."""

from dataclasses import dataclass
from enum import StrEnum

from household_graph.model import enums
from household_graph.model.declaration.properties import (
    CLOCK_PATTERN,
    MAXIMUM_AGE_PATTERN,
    VALIDITY,
    Property,
    amount,
    count,
    day,
    instant,
    text,
    texts,
    truth,
    undocumented,
    word,
)
from household_graph.model.instants import zone_names


@dataclass(frozen=True, slots=True)
class Label:
    """A label, with the properties that come with it and not with a label it implies.

    A node has those that it implies as well, nearest first; a record, which belongs to no
    household, implies none. `closing` is the property that says so, and the value, once nothing
    mentions a node any more.
    """

    name: str
    meaning: str
    properties: tuple[Property, ...]
    implies: tuple[str, ...] = ("Entity",)
    closing: tuple[str, str] | None = None

    @property
    def dated(self) -> bool:
        """Whether a node has a validity."""
        return VALIDITY[0] in self.properties


def _label(
    name: str,
    meaning: str,
    *properties: Property,
    implies: tuple[str, ...] = ("Entity",),
    closing: tuple[str, str] | None = None,
) -> Label:
    return Label(name, meaning, properties, implies, closing)


def _state(name: str, meaning: str, default: StrEnum) -> Property:
    return word(name, meaning, words=type(default), default=default)


_NAME = text("name", "the name", searched=True)
_PARTY_STATUS = _state(
    "status",
    "TMF632: active, suspended, deceased or closed; only `active` counts",
    enums.PartyStatus.ACTIVE,
)
_ACCOUNT_STATE = _state(
    "state", "TMF666: active, suspended or closed; only `active` counts", enums.AccountState.ACTIVE
)
_PAYMENT_STATUS = text("payment_status", "the state of payment, such as `paid` or `due`")
_ID = text(
    "id",
    "its one name in the graph: `bakers`, `bakers/katie`, `bakers/change-3`",
    documented=False,
    index="unique",
)
_SOURCE = text("source", "the name of the source, such as `telco`", index="index")
_ACTOR_KIND = word(
    "actor_kind",
    "a party, or an operator of the provider; not there in records of version 0.1",
    words=enums.ActorKind,
    required=False,
)
_REASON = text("reason", "why, in the words of the actor")
_CHARACTERISTICS = texts(
    "characteristics",
    "further facts that the provider keeps, TM Forum's characteristics, each `name: value`",
)
_AGE = 150  # years; nobody is older

LABELS: tuple[Label, ...] = (
    _label(
        "Entity", "Any node of a household; what its other labels are says which.", _ID, implies=()
    ),
    _label("Party", "An individual or an organization."),
    _label(
        "Individual",
        "A person, named or not.",
        text("given_name", "the given name; absent for an un-named person", searched=True),
        text("family_name", "the family name", searched=True),
        text("description", "who they are, in words, such as `the au pair`", searched=True),
        day("birth_date", "the date of birth; it decides until when they are a minor"),
        truth("minor", "whether a minor; for a person without a date of birth"),
        _PARTY_STATUS,
        _CHARACTERISTICS,
        implies=("Party", "Entity"),
    ),
    _label(
        "Organization",
        "A household, a business, or a unit of one.",
        _NAME,
        word(
            "organization_type",
            "what kind of organization it is",
            words=enums.OrganizationType,
            required=False,
        ),
        text(
            "time_zone",
            "the IANA name of its zone, such as Europe/London",
            accepts=lambda name: name in zone_names(),
        ),
        count("age_of_majority", "in years; younger people are minors", maximum=_AGE, default=18),
        _PARTY_STATUS,
        count("revision", "counts the changes; every change adds one", documented=False),
        text("written_by", "the version of household-graph that changed it last", documented=False),
        implies=("Party", "Entity"),
        closing=("status", enums.PartyStatus.CLOSED.value),
    ),
    _label("PartyRole", "A functional role: static, relative to a customer account.", *VALIDITY),
    _label("Customer", "Holds the contract.", implies=("PartyRole", "Entity")),
    _label("BillPayer", "Pays bills, or a share of them.", implies=("PartyRole", "Entity")),
    _label(
        "User",
        "Uses what the account holds, as far as involvement roles grant it.",
        implies=("PartyRole", "Entity"),
    ),
    _label(
        "ResourceRole",
        "A role that a device plays, such as gateway, or member of a hunting group.",
        text("name", "the role, such as `hunt group member`"),
        count(
            "position",
            "the place in the order of a hunting group, from 1",
            minimum=1,
            maximum=10**6,
        ),
        *VALIDITY,
    ),
    _label(
        "InvolvementRole",
        "Being involved in one product, service or resource; played by a party or resource role.",
        *VALIDITY,
        text("granted_by", "the id of the party who granted it"),
    ),
    _label("Chooser", "Chooses and changes it.", implies=("InvolvementRole", "Entity")),
    _label("Admin", "Administers it.", implies=("InvolvementRole", "Entity")),
    _label("Consumer", "Uses it.", implies=("InvolvementRole", "Entity")),
    _label(
        "CustomerAccount",
        "What products are held on.",
        _NAME,
        _ACCOUNT_STATE,
        _PAYMENT_STATUS,
        text("contract_term", "how long the contract runs, such as `two-year`"),
        count(
            "tenure_months",
            "for how many months the customer has been one, as counted by a provider",
            maximum=1_200,
        ),
        _CHARACTERISTICS,
        closing=("state", enums.AccountState.CLOSED.value),
    ),
    _label(
        "BillingAccount",
        "What is billed, as one bill.",
        _NAME,
        _ACCOUNT_STATE,
        _PAYMENT_STATUS,
        text("payment_method", "how it is paid, such as `direct debit`"),
        truth("paperless_billing", "whether the bill comes online"),
        amount("monthly_charge", "what is charged each month"),
        amount("total_charged", "what was charged until now"),
        closing=("state", enums.AccountState.CLOSED.value),
    ),
    _label(
        "Product",
        "A subscribed product.",
        _NAME,
        _state(
            "status",
            "TMF637, such as active, suspended, terminated; only `active` counts",
            enums.ProductStatus.ACTIVE,
        ),
        amount("price", "the price of a month"),
        _CHARACTERISTICS,
        *VALIDITY,
        closing=("status", enums.ProductStatus.TERMINATED.value),
    ),
    _label(
        "Service",
        "What a product is realised by.",
        _NAME,
        text("category", "what kind of service, such as internet, tv, sport, cloud, voice, adult"),
        count("minimum_age", "its rating, in years; absent: not rated", maximum=_AGE),
        _state(
            "state",
            "TMF638, such as active, suspended, terminated; only `active` counts",
            enums.ServiceState.ACTIVE,
        ),
    ),
    _label(
        "Resource",
        "A device, a line, a SIM, a gateway.",
        _NAME,
        text("resource_type", "what it is, such as tablet or set-top box"),
        text(
            "value",
            "its number, such as an MSISDN or a serial number",
            index="index",
            searched=True,
        ),
        _state(
            "administrative_state",
            "TMF639: unlocked, locked or shutdown; or lost. Only `unlocked` counts",
            enums.AdministrativeState.UNLOCKED,
        ),
        _state(
            "operational_state",
            "TMF639: enable or disable; only `enable` counts",
            enums.OperationalState.ENABLE,
        ),
    ),
    _label(
        "DigitalIdentity",
        "A username at a provider of identity.",
        text("username", "the name used to log in", index="index", searched=True),
        text("realm", "the provider of identity that knows it"),
        text("status", "its state, such as `active`", default="active"),
    ),
    _label(
        "ContactMedium",
        "How a party is reached (TMF632): an e-mail address or a phone number.",
        word("medium_type", "what it is", words=enums.MediumType),
        text(
            "value",
            "the address, or the number, such as +447700900181",
            index="index",
            searched=True,
        ),
        *VALIDITY,
    ),
    _label(
        "Policy",
        "A restriction: a curfew, a classification, a block, or a list of what is allowed.",
        text(
            "policy",
            "the policy of which it is what that says later, a version; absent: it is its own",
        ),
        _NAME,
        word("kind", "what it forbids", words=enums.PolicyKind),
        word("audience", "who it applies to; `parties`: those linked to it", words=enums.Audience),
        texts("categories", "categories of service that it governs as well"),
        texts("weekdays", "curfew: the days on which a window starts", words=enums.Weekday),
        text(
            "start_time",
            "curfew: the local time at which a window starts, as HH:MM",
            pattern=CLOCK_PATTERN,
        ),
        text(
            "end_time",
            "curfew: the local time at which it ends, the next day if not after the start",
            pattern=CLOCK_PATTERN,
        ),
        text(
            "maximum_age",
            "classification: the highest rating allowed, a number or `own-age`",
            pattern=MAXIMUM_AGE_PATTERN,
        ),
        texts("blocked_categories", "classification: categories of service not allowed at all"),
        texts("allowed_categories", "allow-only: categories of service that stay allowed"),
        *VALIDITY,
    ),
    _label(
        "Place",
        "An address.",
        text("street", "street and number", searched=True),
        text("postal_code", "the postal code", searched=True),
        text("city", "the city", searched=True),
        text("country", "the country, as an ISO 3166 code of two letters"),
    ),
    _label(
        "Change",
        "One change of one household: by whom, when, why, and what.",
        *undocumented(
            _ID,
            count("revision", "the revision the household had after it"),
            text(
                "idempotency_key", "what it was sent with, to be found by where its answer was lost"
            ),
            text("actor", "who made it"),
            _ACTOR_KIND,
            instant("at", "when it was made"),
            instant("effective_at", "since when it holds"),
            _REASON,
            text("action", "what kind of change, such as `onboard`"),
            text("summary", "what was changed, in one line"),
            text(
                "difference",
                "everything touched, before and after, as JSON; if long, deflated, in base64",
            ),
            texts("together", "the changes of other households that are one with it"),
            texts("consents", "the parties who agreed to their part in it, by an operator"),
            texts("joint_actors", "all parties who made it, if several made it together"),
        ),
        implies=(),
    ),
    _label(
        "Request",
        "A change that is asked for: which, by whom, who agreed, and what became of it.",
        *undocumented(
            _ID,
            count("format", "what the arguments are to be read as"),
            text("method", "the method of the library, such as `events.leave`"),
            text("arguments", "its arguments, as canonical JSON"),
            text("summary", "what is to be changed, in one line"),
            texts("actors", "who asks: parties by id, or an operator by name"),
            _ACTOR_KIND,
            _REASON,
            instant("at", "when it was made"),
            instant("lapses_at", "when it lapses, if it has not ended by then"),
            instant("due_at", "when it is carried out, if that is scheduled"),
            texts("agreed", "the parties who agreed, those who ask first"),
            texts("agreed_at", "when each of them agreed, in ISO 8601"),
            word(
                "state",
                "what became of it; one that lapsed is still `open`",
                words=enums.RequestState,
                required=False,
                index="index",
            ),
            text("ended_by", "who refused, withdrew or carried it out"),
            instant("ended_at", "when it ended"),
            text("ended_reason", "why it was refused, or what failed"),
            texts("changes", "the changes that it came to"),
            texts("others", "the other households that it changes and that are there"),
            text(
                "idempotency_key",
                "what its last step was sent with, to be found by where its answer was lost",
            ),
        ),
        implies=(),
    ),
    _label(
        "KeptFacts",
        "What earlier versions called the access cache; it goes with the next version.",
        _ID,
        implies=(),
    ),
    _label(
        "AccessCache",
        "The facts about a household that decisions rest on, and what they entitle its people to.",
        *undocumented(
            count("revision", "the revision of the household that it is of"),
            count("format", "what the content is to be read as"),
            text("tzdata", "the version of the time-zone data it was laid out with"),
            text(
                "content",
                "revision, facts and entitlements, as JSON; the facts deflated, in base64",
            ),
        ),
        implies=("KeptFacts",),
    ),
    _label(
        "ImportRun",
        "One run of an import of many households.",
        *undocumented(
            _ID,
            _SOURCE,
            text("actor", "who started it"),
            _ACTOR_KIND,
            _REASON,
            instant("at", "when it was started; what it ends, ends then"),
            instant("finished_at", "when it was finished; not there while it is not"),
            word("state", "how far it has come", words=enums.RunState, required=False),
            texts("files", "the files it reads, in order"),
            text("digest", "a checksum of the files and of what was asked"),
            text("mapping", "the mapping by which they were read, as YAML"),
            text("counts", "how many records came to what, as JSON text"),
        ),
        implies=(),
    ),
    _label(
        "MatchDecision",
        "A decision whether two persons, or records, of a source are one.",
        *undocumented(
            _ID,
            _SOURCE,
            text("first", "the key of one of them"),
            text("second", "the key of the other"),
            truth("accepted", "whether they are one"),
            text("actor", "who decided"),
            _ACTOR_KIND,
            _REASON,
            instant("at", "when it was decided"),
        ),
        implies=(),
    ),
    _label(
        "SourceRecord",
        "One record of a legacy system as it was imported last, linked to what it describes.",
        *undocumented(
            text(
                "key", "its key, with the source in front: `telco:customers/7590`", index="unique"
            ),
            text("file", "the file of its last change"),
            count("line", "the line in that file, from 1"),
            text("import_run", "the id of the run that read that"),
            text("person", "the key of the person it is about, after merging"),
            text("said", "its cleaned content, as JSON text"),
            instant("ended_at", "when it ended; it is known for who has its key next"),
        ),
    ),
)
"""In the order in which the schema page shows them."""
