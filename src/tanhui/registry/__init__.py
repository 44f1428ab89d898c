"""The registry 登记: accounts, the ledger and its lots, orders that wait for a second person, and certificates."""
