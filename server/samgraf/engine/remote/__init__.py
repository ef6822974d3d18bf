"""Ask and fill stores of other makers over the network: the same answers as our own."""
