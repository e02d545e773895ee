"""The colours of pictures, the same in all of them; they can be told apart by the colour-blind."""

from household_graph.viz.scene import Mark

KIND_COLOURS = {
    "Organization": "#0072b2",
    "Individual": "#e69f00",
    "CustomerAccount": "#8c6bb1",
    "BillingAccount": "#b39ddb",
    "DigitalIdentity": "#c7b299",
    "Product": "#009e73",
    "Service": "#56b4e9",
    "Policy": "#d55e00",
    "Resource": "#7f8c8d",
    "Place": "#c2c2a0",
}
"""By label: https://jfly.uni-koeln.de/color/ and lighter kin."""
MARK_COLOURS = {Mark.GRANTS: "#1a9850", Mark.DENIES: "#d73027", Mark.FADED: "#e4e4e4"}
FADED = MARK_COLOURS[Mark.FADED]
LINE = "#b8bec4"
TEXT = "#24292f"
