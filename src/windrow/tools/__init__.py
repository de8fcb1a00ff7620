"""Tools on offer: catalogues, their definitions checked, and backends that really execute their calls."""
