"""The graph as neomodel classes, to follow it in Python from object to object.

Generated from `household_graph/model/declaration` by `make docs`; change that instead. The meaning
of each property and relationship is there, in `docs/schema.md`, and at run time its `help_text`.
"""

from neomodel import (
    ArrayProperty,
    BooleanProperty,
    FloatProperty,
    IntegerProperty,
    StringProperty,
    StructuredRel,
)

from household_graph.model import enums
from household_graph.model.declaration import LABELS
from household_graph.store.neomodel_types import (
    DateProperty,
    Identified,
    InstantProperty,
    LinkFrom,
    LinkTo,
    words,
)


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


class Narrowed(Dated):
    """It may name what alone it holds for."""

    only_for = ArrayProperty(
        StringProperty(),
        help_text="ids of products, services or devices for which alone it holds; absent: for all",
    )


class Shared(StructuredRel):
    """It bears a part of something."""

    share = FloatProperty(help_text="the part, in per cent, 0 to 100")


class Entity(Identified):
    """Any node of a household; what its other labels are says which."""


class Party(Entity):
    """An individual or an organization."""

    member_of = LinkTo("MEMBER_OF", "Organization", model=Dated)
    plays = LinkTo("PLAYS", "PartyRole")
    has_identity = LinkTo("HAS_IDENTITY", "DigitalIdentity")
    has_contact_medium = LinkTo("HAS_CONTACT_MEDIUM", "ContactMedium")
    located_at = LinkTo("LOCATED_AT", "Place")
    spoken_to_by = LinkFrom("APPLIES_TO", "Policy")
    described_by = LinkFrom("DESCRIBES", "SourceRecord")


class Individual(Party):
    """A person, named or not."""

    given_name = StringProperty()
    family_name = StringProperty()
    description = StringProperty()
    birth_date = DateProperty()
    minor = BooleanProperty()
    status = StringProperty(choices=words(enums.PartyStatus))
    characteristics = ArrayProperty(StringProperty())
    responsible_for = LinkTo("RESPONSIBLE_FOR", "Individual", model=Dated)
    exempt_from = LinkTo("EXEMPT_FROM", "Policy", model=Narrowed)
    minded_by = LinkFrom("RESPONSIBLE_FOR", "Individual", model=Dated)
    guarantees = LinkFrom("GUARANTEED_BY", "PartyRole")


class Organization(Party):
    """A household, a business, or a unit of one."""

    name = StringProperty()
    organization_type = StringProperty(choices=words(enums.OrganizationType))
    time_zone = StringProperty()
    age_of_majority = IntegerProperty()
    status = StringProperty(choices=words(enums.PartyStatus))
    revision = IntegerProperty()
    written_by = StringProperty()
    members = LinkFrom("MEMBER_OF", "Party", model=Dated)
    governed_by = LinkFrom("GOVERNS", "Policy")
    pauses = LinkFrom("PAUSED", "Policy", model=Dated)
    changes = LinkFrom("RECORDED_FOR", "Change")
    requests = LinkFrom("RECORDED_FOR", "Request")


class PartyRole(Entity):
    """A functional role: static, relative to a customer account."""

    valid_from = InstantProperty()
    valid_to = InstantProperty()
    plays = LinkTo("PLAYS", "InvolvementRole")
    on_account = LinkTo("ON_ACCOUNT", "CustomerAccount")
    guaranteed_by = LinkTo("GUARANTEED_BY", "Individual")
    played_by = LinkFrom("PLAYS", "Party")


class Customer(PartyRole):
    """Holds the contract."""


class BillPayer(PartyRole):
    """Pays bills, or a share of them."""

    pays = LinkTo("PAYS", "BillingAccount", model=Shared)


class User(PartyRole):
    """Uses what the account holds, as far as involvement roles grant it."""


class ResourceRole(Entity):
    """A role that a device plays, such as gateway, or member of a hunting group."""

    name = StringProperty()
    position = IntegerProperty()
    valid_from = InstantProperty()
    valid_to = InstantProperty()
    plays = LinkTo("PLAYS", "InvolvementRole")
    played_by = LinkFrom("PLAYS", "Resource")


class InvolvementRole(Entity):
    """Being involved in one product, service or resource; played by a party or resource role."""

    valid_from = InstantProperty()
    valid_to = InstantProperty()
    granted_by = StringProperty()
    involved_in = LinkTo("INVOLVED_IN", "Product", "Service", "Resource")
    identified_by = LinkTo("IDENTIFIED_BY", "DigitalIdentity")
    played_by = LinkFrom("PLAYS", "PartyRole", "ResourceRole")


class Chooser(InvolvementRole):
    """Chooses and changes it."""


class Admin(InvolvementRole):
    """Administers it."""

    set_policies = LinkTo("SET", "Policy")


class Consumer(InvolvementRole):
    """Uses it."""


class CustomerAccount(Entity):
    """What products are held on."""

    name = StringProperty()
    state = StringProperty(choices=words(enums.AccountState))
    payment_status = StringProperty()
    contract_term = StringProperty()
    tenure_months = IntegerProperty()
    characteristics = ArrayProperty(StringProperty())
    has_product = LinkTo("HAS_PRODUCT", "Product")
    roles = LinkFrom("ON_ACCOUNT", "PartyRole")
    described_by = LinkFrom("DESCRIBES", "SourceRecord")


class BillingAccount(Entity):
    """What is billed, as one bill."""

    name = StringProperty()
    state = StringProperty(choices=words(enums.AccountState))
    payment_status = StringProperty()
    payment_method = StringProperty()
    paperless_billing = BooleanProperty()
    monthly_charge = FloatProperty()
    total_charged = FloatProperty()
    paid_by = LinkFrom("PAYS", "BillPayer", model=Shared)
    charges = LinkFrom("CHARGED_TO", "Product", model=Shared)


class Product(Entity):
    """A subscribed product."""

    name = StringProperty()
    status = StringProperty(choices=words(enums.ProductStatus))
    price = FloatProperty()
    characteristics = ArrayProperty(StringProperty())
    valid_from = InstantProperty()
    valid_to = InstantProperty()
    bundles = LinkTo("BUNDLES", "Product")
    realized_by = LinkTo("REALIZED_BY", "Service")
    charged_to = LinkTo("CHARGED_TO", "BillingAccount", model=Shared)
    involvements = LinkFrom("INVOLVED_IN", "InvolvementRole")
    held_on = LinkFrom("HAS_PRODUCT", "CustomerAccount")
    bundled_in = LinkFrom("BUNDLES", "Product")
    governed_by = LinkFrom("GOVERNS", "Policy")
    allowed_by = LinkFrom("ALLOWS", "Policy")
    described_by = LinkFrom("DESCRIBES", "SourceRecord")


class Service(Entity):
    """What a product is realised by."""

    name = StringProperty()
    category = StringProperty()
    minimum_age = IntegerProperty()
    state = StringProperty(choices=words(enums.ServiceState))
    available_on = LinkTo("AVAILABLE_ON", "Resource", model=Dated)
    involvements = LinkFrom("INVOLVED_IN", "InvolvementRole")
    realizes = LinkFrom("REALIZED_BY", "Product")
    governed_by = LinkFrom("GOVERNS", "Policy")
    allowed_by = LinkFrom("ALLOWS", "Policy")
    enforces = LinkFrom("ENFORCED_BY", "Policy")


class Resource(Entity):
    """A device, a line, a SIM, a gateway."""

    name = StringProperty()
    resource_type = StringProperty()
    value = StringProperty(index=True)
    administrative_state = StringProperty(choices=words(enums.AdministrativeState))
    operational_state = StringProperty(choices=words(enums.OperationalState))
    plays = LinkTo("PLAYS", "ResourceRole")
    connected_to = LinkTo("CONNECTED_TO", "Resource")
    located_at = LinkTo("LOCATED_AT", "Place")
    involvements = LinkFrom("INVOLVED_IN", "InvolvementRole")
    offers = LinkFrom("AVAILABLE_ON", "Service", model=Dated)
    connected_from = LinkFrom("CONNECTED_TO", "Resource")
    governed_by = LinkFrom("GOVERNS", "Policy")
    narrows = LinkFrom("ONLY_ON", "Policy")
    described_by = LinkFrom("DESCRIBES", "SourceRecord")


class DigitalIdentity(Entity):
    """A username at a provider of identity."""

    username = StringProperty(index=True)
    realm = StringProperty()
    status = StringProperty()
    owned_by = LinkFrom("HAS_IDENTITY", "Party")
    identifies = LinkFrom("IDENTIFIED_BY", "InvolvementRole")


class ContactMedium(Entity):
    """How a party is reached (TMF632): an e-mail address or a phone number."""

    medium_type = StringProperty(choices=words(enums.MediumType))
    value = StringProperty(index=True)
    valid_from = InstantProperty()
    valid_to = InstantProperty()
    reaches = LinkFrom("HAS_CONTACT_MEDIUM", "Party")


class Policy(Entity):
    """A restriction: a curfew, a classification, a block, or a list of what is allowed."""

    policy = StringProperty()
    name = StringProperty()
    kind = StringProperty(choices=words(enums.PolicyKind))
    audience = StringProperty(choices=words(enums.Audience))
    categories = ArrayProperty(StringProperty())
    weekdays = ArrayProperty(StringProperty(choices=words(enums.Weekday)))
    start_time = StringProperty()
    end_time = StringProperty()
    maximum_age = StringProperty()
    blocked_categories = ArrayProperty(StringProperty())
    allowed_categories = ArrayProperty(StringProperty())
    valid_from = InstantProperty()
    valid_to = InstantProperty()
    applies_to = LinkTo("APPLIES_TO", "Party")
    governs = LinkTo("GOVERNS", "Product", "Service", "Resource", "Organization")
    allows = LinkTo("ALLOWS", "Product", "Service")
    only_on = LinkTo("ONLY_ON", "Resource")
    enforced_by = LinkTo("ENFORCED_BY", "Service")
    paused = LinkTo("PAUSED", "Organization", model=Dated)
    supersedes = LinkTo("SUPERSEDES", "Policy")
    lifted_for = LinkFrom("EXEMPT_FROM", "Individual", model=Narrowed)
    set_by = LinkFrom("SET", "Admin")
    superseded_by = LinkFrom("SUPERSEDES", "Policy")


class Place(Entity):
    """An address."""

    street = StringProperty()
    postal_code = StringProperty()
    city = StringProperty()
    country = StringProperty()
    location_of = LinkFrom("LOCATED_AT", "Party", "Resource")


class Change(Identified):
    """One change of one household: by whom, when, why, and what."""

    revision = IntegerProperty()
    idempotency_key = StringProperty()
    actor = StringProperty()
    actor_kind = StringProperty(choices=words(enums.ActorKind))
    at = InstantProperty()
    effective_at = InstantProperty()
    reason = StringProperty()
    action = StringProperty()
    summary = StringProperty()
    difference = StringProperty()
    together = ArrayProperty(StringProperty())
    consents = ArrayProperty(StringProperty())
    joint_actors = ArrayProperty(StringProperty())
    recorded_for = LinkTo("RECORDED_FOR", "Organization")
    part_of = LinkTo("PART_OF", "ImportRun")


class Request(Identified):
    """A change that is asked for: which, by whom, who agreed, and what became of it."""

    format = IntegerProperty()
    method = StringProperty()
    arguments = StringProperty()
    summary = StringProperty()
    actors = ArrayProperty(StringProperty())
    actor_kind = StringProperty(choices=words(enums.ActorKind))
    reason = StringProperty()
    at = InstantProperty()
    lapses_at = InstantProperty()
    due_at = InstantProperty()
    agreed = ArrayProperty(StringProperty())
    agreed_at = ArrayProperty(StringProperty())
    state = StringProperty(choices=words(enums.RequestState), index=True)
    ended_by = StringProperty()
    ended_at = InstantProperty()
    ended_reason = StringProperty()
    changes = ArrayProperty(StringProperty())
    others = ArrayProperty(StringProperty())
    idempotency_key = StringProperty()
    recorded_for = LinkTo("RECORDED_FOR", "Organization")


class KeptFacts(Identified):
    """What earlier versions called the access cache; it goes with the next version."""


class AccessCache(KeptFacts):
    """The facts about a household that decisions rest on, and what they entitle its people to."""

    revision = IntegerProperty()
    format = IntegerProperty()
    tzdata = StringProperty()
    content = StringProperty()


class ImportRun(Identified):
    """One run of an import of many households."""

    source = StringProperty(index=True)
    actor = StringProperty()
    actor_kind = StringProperty(choices=words(enums.ActorKind))
    reason = StringProperty()
    at = InstantProperty()
    finished_at = InstantProperty()
    state = StringProperty(choices=words(enums.RunState))
    files = ArrayProperty(StringProperty())
    digest = StringProperty()
    mapping = StringProperty()
    counts = StringProperty()
    changes = LinkFrom("PART_OF", "Change")


class MatchDecision(Identified):
    """A decision whether two persons, or records, of a source are one."""

    source = StringProperty(index=True)
    first = StringProperty()
    second = StringProperty()
    accepted = BooleanProperty()
    actor = StringProperty()
    actor_kind = StringProperty(choices=words(enums.ActorKind))
    reason = StringProperty()
    at = InstantProperty()


class SourceRecord(Entity):
    """One record of a legacy system as it was imported last, linked to what it describes."""

    key = StringProperty(unique_index=True)
    file = StringProperty()
    line = IntegerProperty()
    import_run = StringProperty()
    person = StringProperty()
    said = StringProperty()
    ended_at = InstantProperty()
    describes = LinkTo("DESCRIBES", "Party", "CustomerAccount", "Product", "Resource")


NODE_CLASSES: tuple[type[Identified], ...] = tuple(globals()[label.name] for label in LABELS)
"""One for each label, in the order in which the schema page shows them."""
