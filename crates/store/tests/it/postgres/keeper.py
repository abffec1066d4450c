"""Stops the Postgres of the tests and removes its folder once no test holds the lock any more."""

import fcntl
import os
import shutil
import subprocess
import sys
import time

in_use, state, folder, programs, *user = sys.argv[1:]
as_user = {"user": int(user[0]), "group": int(user[1]), "extra_groups": []} if user else {}

while True:
    time.sleep(3)
    with open(in_use, "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        stop = [os.path.join(programs, "pg_ctl"), "stop", "-m", "immediate", "-D", os.path.join(folder, "data")]
        subprocess.run(stop, cwd="/", stdin=subprocess.DEVNULL, **as_user)
        os.remove(state)
        shutil.rmtree(folder)
        break
