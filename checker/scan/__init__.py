"""A repository to an inventory: which models, data sets and licenses it uses or ships, and where each is named."""
