"""The graph as neomodel classes, to walk it in Python.

Generated from `household_graph/model/declaration` by `make docs`; change that instead.
"""

from neomodel import (
    ArrayProperty,
    BooleanProperty,
    FloatProperty,
    IntegerProperty,
    StringProperty,
    StructuredRel,
)

from household_graph.model.enums import (
    AccountState,
    ActorKind,
    AdministrativeState,
    Audience,
    OperationalState,
    OrganizationType,
    PartyStatus,
    PolicyKind,
    ProductStatus,
    RunState,
    ServiceState,
    Weekday,
)
from household_graph.store.neomodel_types import (
    DateProperty,
    Identified,
    InstantProperty,
    LinkFrom,
    LinkTo,
    objects,
    words,
)

__all__ = [
    "NODE_CLASSES",
    "AccessCache",
    "Admin",
    "BillPayer",
    "BillingAccount",
    "Change",
    "Chooser",
    "Consumer",
    "Customer",
    "CustomerAccount",
    "Dated",
    "DigitalIdentity",
    "Entity",
    "ImportRun",
    "Individual",
    "InvolvementRole",
    "KeptFacts",
    "MatchDecision",
    "Organization",
    "Party",
    "PartyRole",
    "Place",
    "Policy",
    "Product",
    "Resource",
    "ResourceRole",
    "Service",
    "Shared",
    "SourceRecord",
    "User",
    "objects",
]


class Dated(StructuredRel):
    """It holds for a time, and can hold again later."""

    valid_from = InstantProperty(
        help_text="the first instant at which it holds; absent: it always did"
    )
    valid_to = InstantProperty(
        help_text="the first instant at which it holds no longer; absent: it goes on"
    )
    period = IntegerProperty(
        help_text="1 for the first time the two are related so, 2 for the next"
    )


class Shared(StructuredRel):
    """It bears a part of something."""

    share = FloatProperty(help_text="the part, in per cent, 0 to 100")


class Entity(Identified):
    """Any node of a household; what its other labels are says which."""


class Party(Entity):
    """An individual or an organization."""

    member_of = LinkTo(
        "MEMBER_OF",
        "Organization",
        model=Dated,
        help_text="is a member of the organization; a unit is a part of it",
    )
    plays = LinkTo("PLAYS", "PartyRole", help_text="holds the functional role")
    has_identity = LinkTo("HAS_IDENTITY", "DigitalIdentity", help_text="owns the username")
    located_at = LinkTo("LOCATED_AT", "Place", help_text="lives or works there")
    spoken_to_by = LinkFrom("APPLIES_TO", "Policy")
    described_by = LinkFrom("DESCRIBES", "SourceRecord")


class Individual(Party):
    """A person, named or not."""

    given_name = StringProperty(help_text="the given name; absent for an un-named person")
    family_name = StringProperty(help_text="the family name")
    description = StringProperty(help_text="who they are, in words, such as `the au pair`")
    birth_date = DateProperty(help_text="the date of birth; it decides until when they are a minor")
    minor = BooleanProperty(help_text="whether a minor; for a person without a date of birth")
    status = StringProperty(
        choices=words(PartyStatus),
        help_text="TMF632: active, suspended, deceased or closed; only `active` counts",
    )
    responsible_for = LinkTo(
        "RESPONSIBLE_FOR",
        "Individual",
        model=Dated,
        help_text="is the responsible adult of the minor",
    )
    exempt_from = LinkTo(
        "EXEMPT_FROM", "Policy", model=Dated, help_text="the policy is lifted for this individual"
    )
    minded_by = LinkFrom("RESPONSIBLE_FOR", "Individual", model=Dated)
    guarantees = LinkFrom("GUARANTEED_BY", "PartyRole")


class Organization(Party):
    """A household, a business, or a unit of one."""

    name = StringProperty(help_text="the name")
    organization_type = StringProperty(
        choices=words(OrganizationType), help_text="what kind of organization it is"
    )
    time_zone = StringProperty(help_text="the IANA name of its zone, such as Europe/London")
    age_of_majority = IntegerProperty(help_text="in years; younger people are minors")
    status = StringProperty(
        choices=words(PartyStatus),
        help_text="TMF632: active, suspended, deceased or closed; only `active` counts",
    )
    revision = IntegerProperty(help_text="counts the changes; every change adds one")
    written_by = StringProperty(help_text="the version of household-graph that changed it last")
    members = LinkFrom("MEMBER_OF", "Party", model=Dated)
    governed_by = LinkFrom("GOVERNS", "Policy")
    changes = LinkFrom("RECORDED_FOR", "Change")


class PartyRole(Entity):
    """A functional role: static, relative to a customer account."""

    valid_from = InstantProperty(
        help_text="the first instant at which it holds; absent: it always did"
    )
    valid_to = InstantProperty(
        help_text="the first instant at which it holds no longer; absent: it goes on"
    )
    plays = LinkTo("PLAYS", "InvolvementRole", help_text="is involved by way of this role")
    on_account = LinkTo("ON_ACCOUNT", "CustomerAccount", help_text="the account it is relative to")
    guaranteed_by = LinkTo(
        "GUARANTEED_BY", "Individual", help_text="the responsible adult who stands guarantor"
    )
    played_by = LinkFrom("PLAYS", "Party")


class Customer(PartyRole):
    """Holds the contract."""


class BillPayer(PartyRole):
    """Pays bills, or a share of them."""

    pays = LinkTo("PAYS", "BillingAccount", model=Shared, help_text="pays this share of the bill")


class User(PartyRole):
    """Uses what the account holds, as far as involvement roles grant it."""


class ResourceRole(Entity):
    """A role that a device plays, such as gateway, or member of a hunting group."""

    name = StringProperty(help_text="the role, such as `hunt group member`")
    position = IntegerProperty(help_text="the place in the order of a hunting group, from 1")
    valid_from = InstantProperty(
        help_text="the first instant at which it holds; absent: it always did"
    )
    valid_to = InstantProperty(
        help_text="the first instant at which it holds no longer; absent: it goes on"
    )
    plays = LinkTo("PLAYS", "InvolvementRole", help_text="is involved by way of this role")
    played_by = LinkFrom("PLAYS", "Resource")


class InvolvementRole(Entity):
    """Being involved in one product, service or resource; played by a party or resource role."""

    valid_from = InstantProperty(
        help_text="the first instant at which it holds; absent: it always did"
    )
    valid_to = InstantProperty(
        help_text="the first instant at which it holds no longer; absent: it goes on"
    )
    granted_by = StringProperty(help_text="the id of the party who granted it")
    involved_in = LinkTo(
        "INVOLVED_IN", "Product", "Service", "Resource", help_text="what it is a role on"
    )
    identified_by = LinkTo(
        "IDENTIFIED_BY", "DigitalIdentity", help_text="the username it is exercised with"
    )
    played_by = LinkFrom("PLAYS", "PartyRole", "ResourceRole")


class Chooser(InvolvementRole):
    """Chooses and changes it."""


class Admin(InvolvementRole):
    """Administers it."""

    set_policies = LinkTo("SET", "Policy", help_text="set the policy")


class Consumer(InvolvementRole):
    """Uses it."""


class CustomerAccount(Entity):
    """What products are held on."""

    name = StringProperty(help_text="the name")
    state = StringProperty(
        choices=words(AccountState),
        help_text="TMF666: active, suspended or closed; only `active` counts",
    )
    payment_status = StringProperty(help_text="the state of payment, such as `paid` or `due`")
    contract_term = StringProperty(help_text="how long the contract runs, such as `two-year`")
    tenure_months = IntegerProperty(
        help_text="for how many months the customer has been one, as counted by a provider"
    )
    has_product = LinkTo("HAS_PRODUCT", "Product", help_text="holds the product")
    roles = LinkFrom("ON_ACCOUNT", "PartyRole")
    described_by = LinkFrom("DESCRIBES", "SourceRecord")


class BillingAccount(Entity):
    """What is billed, as one bill."""

    name = StringProperty(help_text="the name")
    state = StringProperty(
        choices=words(AccountState),
        help_text="TMF666: active, suspended or closed; only `active` counts",
    )
    payment_status = StringProperty(help_text="the state of payment, such as `paid` or `due`")
    payment_method = StringProperty(help_text="how it is paid, such as `direct debit`")
    paperless_billing = BooleanProperty(help_text="whether the bill comes online")
    monthly_charge = FloatProperty(help_text="what is charged each month")
    total_charged = FloatProperty(help_text="what was charged until now")
    paid_by = LinkFrom("PAYS", "BillPayer", model=Shared)
    charges = LinkFrom("CHARGED_TO", "Product", model=Shared)


class Product(Entity):
    """A subscribed product."""

    name = StringProperty(help_text="the name")
    status = StringProperty(
        choices=words(ProductStatus),
        help_text="TMF637, such as active, suspended, terminated; only `active` counts",
    )
    price = FloatProperty(help_text="the price of a month")
    valid_from = InstantProperty(
        help_text="the first instant at which it holds; absent: it always did"
    )
    valid_to = InstantProperty(
        help_text="the first instant at which it holds no longer; absent: it goes on"
    )
    bundles = LinkTo("BUNDLES", "Product", help_text="contains the other product")
    realized_by = LinkTo("REALIZED_BY", "Service", help_text="is delivered by the service")
    charged_to = LinkTo(
        "CHARGED_TO",
        "BillingAccount",
        model=Shared,
        help_text="this share of its price is on the bill",
    )
    involvements = LinkFrom("INVOLVED_IN", "InvolvementRole")
    held_on = LinkFrom("HAS_PRODUCT", "CustomerAccount")
    bundled_in = LinkFrom("BUNDLES", "Product")
    governed_by = LinkFrom("GOVERNS", "Policy")
    allowed_by = LinkFrom("ALLOWS", "Policy")
    described_by = LinkFrom("DESCRIBES", "SourceRecord")


class Service(Entity):
    """What a product is realised by."""

    name = StringProperty(help_text="the name")
    category = StringProperty(
        help_text="what kind of service, such as internet, tv, sport, cloud, voice, adult"
    )
    minimum_age = IntegerProperty(help_text="its rating, in years; absent: not rated")
    state = StringProperty(
        choices=words(ServiceState),
        help_text="TMF638, such as active, suspended, terminated; only `active` counts",
    )
    available_on = LinkTo(
        "AVAILABLE_ON", "Resource", model=Dated, help_text="can be used on the device"
    )
    involvements = LinkFrom("INVOLVED_IN", "InvolvementRole")
    realizes = LinkFrom("REALIZED_BY", "Product")
    governed_by = LinkFrom("GOVERNS", "Policy")
    allowed_by = LinkFrom("ALLOWS", "Policy")
    enforces = LinkFrom("ENFORCED_BY", "Policy")


class Resource(Entity):
    """A device, a line, a SIM, a gateway."""

    name = StringProperty(help_text="the name")
    resource_type = StringProperty(help_text="what it is, such as tablet or set-top box")
    value = StringProperty(index=True, help_text="its number, such as an MSISDN or a serial number")
    administrative_state = StringProperty(
        choices=words(AdministrativeState),
        help_text="TMF639: unlocked, locked or shutdown; or lost. Only `unlocked` counts",
    )
    operational_state = StringProperty(
        choices=words(OperationalState), help_text="TMF639: enable or disable; only `enable` counts"
    )
    plays = LinkTo("PLAYS", "ResourceRole", help_text="holds the role of a device")
    connected_to = LinkTo("CONNECTED_TO", "Resource", help_text="is connected to the other")
    located_at = LinkTo("LOCATED_AT", "Place", help_text="stands there")
    involvements = LinkFrom("INVOLVED_IN", "InvolvementRole")
    offers = LinkFrom("AVAILABLE_ON", "Service", model=Dated)
    connected_from = LinkFrom("CONNECTED_TO", "Resource")
    governed_by = LinkFrom("GOVERNS", "Policy")
    described_by = LinkFrom("DESCRIBES", "SourceRecord")


class DigitalIdentity(Entity):
    """A username at a provider of identity."""

    username = StringProperty(index=True, help_text="the name used to log in")
    realm = StringProperty(help_text="the provider of identity that knows it")
    status = StringProperty(help_text="its state, such as `active`")
    owned_by = LinkFrom("HAS_IDENTITY", "Party")
    identifies = LinkFrom("IDENTIFIED_BY", "InvolvementRole")


class Policy(Entity):
    """A restriction: a curfew, a classification, a block, or a list of what is allowed."""

    name = StringProperty(help_text="the name")
    kind = StringProperty(choices=words(PolicyKind), help_text="what it forbids")
    audience = StringProperty(
        choices=words(Audience), help_text="whom it speaks to; `parties`: those it applies to"
    )
    categories = ArrayProperty(
        StringProperty(), help_text="categories of service that it governs as well"
    )
    weekdays = ArrayProperty(
        StringProperty(choices=words(Weekday)),
        help_text="curfew: the days on which a window starts",
    )
    start_time = StringProperty(
        help_text="curfew: the local time at which a window starts, as HH:MM"
    )
    end_time = StringProperty(
        help_text="curfew: the local time at which it ends, the next day if not after the start"
    )
    maximum_age = StringProperty(
        help_text="classification: the highest rating allowed, a number or `own-age`"
    )
    blocked_categories = ArrayProperty(
        StringProperty(), help_text="classification: categories of service not allowed at all"
    )
    allowed_categories = ArrayProperty(
        StringProperty(), help_text="allow-only: categories of service that stay allowed"
    )
    valid_from = InstantProperty(
        help_text="the first instant at which it holds; absent: it always did"
    )
    valid_to = InstantProperty(
        help_text="the first instant at which it holds no longer; absent: it goes on"
    )
    applies_to = LinkTo("APPLIES_TO", "Party", help_text="speaks to this party by name")
    governs = LinkTo(
        "GOVERNS",
        "Product",
        "Service",
        "Resource",
        "Organization",
        help_text="is about it; the organization itself means everything in the household",
    )
    allows = LinkTo(
        "ALLOWS",
        "Product",
        "Service",
        help_text="allow-only: what stays allowed; a product stands for its services too",
    )
    enforced_by = LinkTo("ENFORCED_BY", "Service", help_text="the service that enforces it")
    lifted_for = LinkFrom("EXEMPT_FROM", "Individual", model=Dated)
    set_by = LinkFrom("SET", "Admin")


class Place(Entity):
    """An address."""

    street = StringProperty(help_text="street and number")
    postal_code = StringProperty(help_text="the postal code")
    city = StringProperty(help_text="the city")
    country = StringProperty(help_text="the country, as an ISO 3166 code of two letters")
    location_of = LinkFrom("LOCATED_AT", "Party", "Resource")


class Change(Identified):
    """One change of one household: by whom, when, why, and what."""

    revision = IntegerProperty(help_text="the revision the household had after it")
    idempotency_key = StringProperty(
        help_text="what it was sent with, to be found by where its answer was lost"
    )
    actor = StringProperty(help_text="who made it")
    actor_kind = StringProperty(
        choices=words(ActorKind),
        help_text="a party, or an operator of the provider; not there in records of version 0.1",
    )
    at = InstantProperty(help_text="when it was made")
    effective_at = InstantProperty(help_text="since when it holds")
    reason = StringProperty(help_text="why, in the words of the actor")
    action = StringProperty(help_text="what kind of change, such as `onboard`")
    summary = StringProperty(help_text="what was changed, in one line")
    difference = StringProperty(
        help_text="everything touched, before and after, as JSON; if long, deflated, in base64"
    )
    together = ArrayProperty(
        StringProperty(), help_text="the changes of other households that are one with it"
    )
    consents = ArrayProperty(
        StringProperty(), help_text="the parties who agreed to their part in it, by an operator"
    )
    recorded_for = LinkTo("RECORDED_FOR", "Organization", help_text="the household changed")
    part_of = LinkTo("PART_OF", "ImportRun", help_text="the import by which it came")


class KeptFacts(Identified):
    """What earlier versions called the access cache; it goes with the next version."""


class AccessCache(KeptFacts):
    """The facts about a household that decisions rest on, and what they entitle its people to."""

    revision = IntegerProperty(help_text="the revision of the household that it is of")
    format = IntegerProperty(help_text="what the content is to be read as")
    tzdata = StringProperty(help_text="the version of the time-zone data it was laid out with")
    content = StringProperty(
        help_text="revision, facts and entitlements, as JSON; the facts deflated, in base64"
    )


class ImportRun(Identified):
    """One run of an import of many households."""

    source = StringProperty(index=True, help_text="the name of the source, such as `telco`")
    actor = StringProperty(help_text="who started it")
    actor_kind = StringProperty(
        choices=words(ActorKind),
        help_text="a party, or an operator of the provider; not there in records of version 0.1",
    )
    reason = StringProperty(help_text="why, in the words of the actor")
    at = InstantProperty(help_text="when it was started; what it ends, ends then")
    finished_at = InstantProperty(help_text="when it was finished; not there while it is not")
    state = StringProperty(choices=words(RunState), help_text="how far it has come")
    files = ArrayProperty(StringProperty(), help_text="the files it reads, in order")
    digest = StringProperty(help_text="a checksum of the files and of what was asked")
    mapping = StringProperty(help_text="the mapping by which they were read, as YAML")
    counts = StringProperty(help_text="how many records came to what, as JSON text")
    changes = LinkFrom("PART_OF", "Change")


class MatchDecision(Identified):
    """What somebody decided of two persons, or records, of a source: whether they are one."""

    source = StringProperty(index=True, help_text="the name of the source, such as `telco`")
    first = StringProperty(help_text="the key of one of them")
    second = StringProperty(help_text="the key of the other")
    accepted = BooleanProperty(help_text="whether they are one")
    actor = StringProperty(help_text="who decided")
    actor_kind = StringProperty(
        choices=words(ActorKind),
        help_text="a party, or an operator of the provider; not there in records of version 0.1",
    )
    reason = StringProperty(help_text="why, in the words of the actor")
    at = InstantProperty(help_text="when it was decided")


class SourceRecord(Entity):
    """One record of a legacy system as it was imported last, and what it speaks of."""

    key = StringProperty(
        unique_index=True, help_text="its key, with the source in front: `telco:customers/7590`"
    )
    file = StringProperty(help_text="the file it stood in when it last said something new")
    line = IntegerProperty(help_text="the line in that file, from 1")
    import_run = StringProperty(help_text="the id of the run that read that")
    person = StringProperty(help_text="the key of the person it is about, after merging")
    said = StringProperty(help_text="what it says, cleaned, as JSON text")
    describes = LinkTo(
        "DESCRIBES", "Party", "CustomerAccount", "Product", "Resource", help_text="speaks of"
    )


NODE_CLASSES: tuple[type[Identified], ...] = (
    Entity,
    Party,
    Individual,
    Organization,
    PartyRole,
    Customer,
    BillPayer,
    User,
    ResourceRole,
    InvolvementRole,
    Chooser,
    Admin,
    Consumer,
    CustomerAccount,
    BillingAccount,
    Product,
    Service,
    Resource,
    DigitalIdentity,
    Policy,
    Place,
    Change,
    KeptFacts,
    AccessCache,
    ImportRun,
    MatchDecision,
    SourceRecord,
)
"""One for each label, in the order in which the schema page shows them."""
