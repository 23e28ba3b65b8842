"""Pure values in, values out: no file, no clock, no printing. Imports only the standard library."""
