"""`device`: what there is, who uses it, and what becomes of it."""

from household_graph.cli.change_command import HOUSEHOLD_ID, Noun
from household_graph.cli.options import positional, text, texts

_NOUN = Noun("device", "devices")
device = _NOUN.app
_ID = positional("device", "DEVICE", "Id of the device.")
_LOCAL_ID = positional("local_id", "LOCAL-ID", "Id of the new device, without the household.")
_TYPE = ("--type WORD", "The type of device, such as tablet.")
_NAME = text("--name", "The name of the device.")
_VALUE = text("--value", "The number of the device, such as an MSISDN or a serial number.")
_PLACE = text("--place ID", "Id of the place where it is.")
_USERS = "Id of a party who will use it."
_LOCKED = "bakers/tablet-katie --as bakers/mum"
_LOST = "bakers/phone-emma --as bakers/emma"
_STATES = (
    ("lock", "lock", "Lock a device: nothing can be used on it until it is unlocked.", _LOCKED),
    ("unlock", "unlock", "Unlock a device.", _LOCKED),
    (
        "lost",
        "report_lost",
        "Report a device lost: nothing can be used on it until it is found.",
        _LOST,
    ),
    ("found", "report_found", "Report that a lost device is found, and unlock it.", _LOST),
)

_NOUN.change(
    "add",
    "Add a device, with its users and the services available on it.",
    "bakers tablet-tom --type tablet --for bakers/tom",
    HOUSEHOLD_ID,
    _LOCAL_ID,
    text(*_TYPE, name="kind", required=True),
    _NAME,
    _VALUE,
    texts("--for PARTY", _USERS, name="users"),
    texts("--service ID", "Id of a service that is available on it.", name="services"),
    texts("--connected-to ID", "Id of a device that it is connected to."),
    _PLACE,
)
_NOUN.change(
    "replace",
    "Replace a device by a new one that takes over everything; the old one is shut down.",
    'bakers/phone-dad phone-dad-2 --name "Dad\'s"',
    _ID,
    _LOCAL_ID,
    text(*_TYPE, name="kind"),
    _NAME,
    _VALUE,
)
_NOUN.change(
    "move",
    "Give a device to other users, in place of the present ones, or move it to another place.",
    "bakers/stb-bedroom --to bakers/granny",
    _ID,
    texts("--to PARTY", _USERS, name="users"),
    _PLACE,
)
for _verb, _method, _summary, _example in _STATES:
    _NOUN.change(_verb, _summary, _example, _ID, method=_method)
_NOUN.list(
    "List devices with their users, services and present state.\n\n"
    "For one party, those that it is a Consumer of, also as a member of something.",
    "bakers",
    columns=(
        *("device", "type", "name", "value", "state", "used_by", "services", "connected_to"),
        "places",
    ),
    empty="no devices",
)
