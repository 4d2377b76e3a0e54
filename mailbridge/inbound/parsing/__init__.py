"""The workshop behind `mailbridge.inbound.parse`: the only modules that touch mail-parser and the standard `email` package."""
