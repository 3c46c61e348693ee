"""演练: a whole season in a scratch database with made-up families, through the same use-cases as the pages.

    families   who they are and what goes wrong for them: pure, from a seed
    season     the steps of the plan, one after the other, with real Celery workers
    report     what happened, how long each step took, how much memory it needed
    scratch    the database, the queue and the folders that exist for one rehearsal only

`manage.py rehearse` is the way in (docs/rehearsal.md).
"""
