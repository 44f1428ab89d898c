"""Long work: jobs that are asked for in a page, done by a worker, watched, stopped, and taken up again after a crash.

A context registers a kind of job (`kinds.register`) when the site starts. Whoever asks for one (`services.ask_job`)
does so in the transaction of the act, so that there is never an act without its job nor a job without its act. The
queue is procrastinate's, in the same database; what people see of a job, how far it is and how it ended, is kept here.
"""
