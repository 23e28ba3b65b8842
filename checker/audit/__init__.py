"""Tables of models: read, followed along their chains, cut down to distinct questions, written with the answers."""
