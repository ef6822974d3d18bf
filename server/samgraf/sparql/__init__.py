"""Speak the SPARQL 1.1 Protocol: guard, dataset, formats, negotiation, service description."""
