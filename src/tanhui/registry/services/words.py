"""Which words of an order stand behind which hash on the ledger, and in which order they are hashed."""

BENEFICIARY_WORDS = ("beneficiary_zh", "beneficiary_en")
STATEMENT_WORDS = ("name_zh", "name_en", "statement_zh", "statement_en")
BASIS_WORDS = ("document", "authority")
LONGEST_BASIS = 120
