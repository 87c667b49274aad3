"""The same job written otherwise, to be measured beside the gateway."""
