"""The workshop behind `mailbridge.inbound.bounces`: signs of a bounce, reports, statuses, free text. Pure."""
