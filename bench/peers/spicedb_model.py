"""The schema of SpiceDB, in its own language; dates are yyyymmdd, so 18 years are 180000."""

__all__ = ["SCHEMA"]

SCHEMA = """
caveat valid(now int, valid_from int, valid_to int) {
  now >= valid_from && now < valid_to
}
caveat under_age(local_date int, born int) { local_date - born < 180000 }
caveat too_young(local_date int, born int, rating int) { local_date - born < rating * 10000 }
caveat in_curfew(weekday int, minute int, days list<int>, start int, end int) {
  start < end
    ? (weekday in days && minute >= start && minute < end)
    : ((weekday in days && minute >= start) || ((weekday + 6) % 7 in days && minute < end))
}
caveat on_device(asked_device string, named string) { asked_device == named }

definition person {}

definition household {
  relation member: person with valid
  relation minor: person with under_age
  relation young: person with too_young
}

definition product {
  relation consumer: person with valid | household#member with valid
}

definition device {
  relation consumer: person with valid | household#member with valid
}

definition service {
  relation product: product
  relation consumer: person with valid | household#member with valid
  relation device: device with on_device
  relation curfew: household#minor with in_curfew
  relation blocked: household#minor
  relation rated: household#young
  permission granted = consumer + product->consumer
  permission use = (granted & device->consumer) - (curfew + blocked + rated)
}
"""
