"""`device`: what there is, who uses it, and what becomes of it."""

from household_graph.cli.change_command import Noun
from household_graph.cli.options import HOUSEHOLD, positional, text, texts

_NOUN = Noun("device", "devices")
app = _NOUN.app
_ID = positional("device", "DEVICE", "Id of the device.")
_LOCAL_ID = positional("local_id", "LOCAL-ID", "Its id within the household, such as tablet-tom.")
_TYPE = ("--type WORD", "What it is, such as tablet.")
_NAME = text("--name", "What it is called.")
_VALUE = text("--value", "Its number, such as an MSISDN or a serial number.")
_PLACE = text("--place ID", "The place where it stands.")
_USERS = "Who uses it from then on."
_LOCKED = "bakers/tablet-katie --as bakers/mum"
_LOST = "bakers/phone-emma --as bakers/emma"
_STATES = (
    ("lock", "lock", "Lock a device: nothing can be used on it until it is unlocked.", _LOCKED),
    ("unlock", "unlock", "Unlock a device.", _LOCKED),
    ("lost", "report_lost", "Report a device lost: nothing can be used on it until found.", _LOST),
    ("found", "report_found", "Report that a lost device is found, and unlock it.", _LOST),
)

_NOUN.change(
    "add",
    "Add a device, with its users and the services available on it.",
    "bakers tablet-tom --type tablet --for bakers/tom",
    HOUSEHOLD,
    _LOCAL_ID,
    text(*_TYPE, name="kind", required=True),
    _NAME,
    _VALUE,
    texts("--for PARTY", _USERS, name="users"),
    texts("--service ID", "A service that is available on it.", name="services"),
    texts("--connected-to ID", "A device it is connected to."),
    _PLACE,
)
_NOUN.change(
    "replace",
    "Replace a device, which is shut down, by a new one that takes over all it had.",
    'bakers/phone-dad phone-dad-2 --name "Dad\'s"',
    _ID,
    _LOCAL_ID,
    text(*_TYPE, name="kind"),
    _NAME,
    _VALUE,
)
_NOUN.change(
    "move",
    "Give a device to other users, who alone use it from then on, or put it in another place.",
    "bakers/stb-bedroom --to bakers/granny",
    _ID,
    texts("--to PARTY", _USERS, name="users"),
    _PLACE,
)
for _verb, _method, _summary, _example in _STATES:
    _NOUN.change(_verb, _summary, _example, _ID, method=_method)
_NOUN.list(
    "List devices, who uses them, what for, and the state they are in now.\n\n"
    "Of one party those that it is a Consumer of, also as a member of something.",
    "bakers",
    columns=(
        *("device", "type", "name", "value", "state", "used_by", "services", "connected_to"),
        "places",
    ),
    empty="no devices",
)
