"""The one writer of the ledger: queue, working state, journal, projections.

Who hands in a command (`sending`) leaves it in the queue (`queue`). The writer takes what waits (`rounds`), decides it
on the state in memory (`core.ledger.Resident`, filled by `loading`), adds the block to the journal (`journal`) and
answers, all in one transaction. The readable tables follow (`projections`), after a stop too (`catching_up`). `locks`
sees to it that there is one writer: the program that serves (`serving`), or else whoever hands something in.
"""
