"""Mạng lưới CĐS Registry: the register of a province's digital-transformation network."""
