"""The table behind subscene-report.sh: one pass over the list, one file a product, one call of squeue."""

import argparse
import collections
import json
import os
import socket
import subprocess
import sys
import time

HELP = """\
One line per product, then the counts. The states:
  done      all subscenes are made
  partial   some are made, others failed or were not started
  failed    none is made
  stopped   a signal or a time limit ended it; finished subscenes stay
  busy      another process had locked its folder, or took the lock over
  running   with its host, and the age of its status file
  waiting   was started, and its job is in the queue again
  crashed   started and did not end: its Slurm job or process is gone, or its status file is --stale minutes old
  never     not started
Exit code: 0 all done, 1 not all done, 2 usage, 3 the list or the status folder cannot be read.

--retry FILE writes the list for the next round: products that are not done and that a retry can help. It leaves out products that
are running or waiting. It also leaves out products that would fail again: exit code 2 or 3 (options, bad input), or damaged JP2
tiles. If a file of such a product has changed since, it is included. --all includes all of these.
"""

STATES = ("done", "partial", "failed", "stopped", "busy", "running", "waiting", "crashed", "never")
ALIVE = ("running", "waiting")
QUEUED = ("PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT")  # what Slurm calls these
NO_USE = (2, 3)  # exit codes that the same input and options give again


def parse_arguments():
    parser = argparse.ArgumentParser(prog="subscene-report.sh", usage="%(prog)s LIST --status DIR [options]", epilog=HELP,
                                     allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", metavar="LIST", help="one product a line, as given to subscene run @LIST")
    parser.add_argument("--status", metavar="DIR", required=True, help="the folder of subscene run --status")
    parser.add_argument("--json", action="store_true", help="the table as one JSON document")
    parser.add_argument("--retry", metavar="FILE", help="write the list of the next round")
    parser.add_argument("--all", action="store_true", help="with --retry: also products that would fail again")
    parser.add_argument("--stale", metavar="MINUTES", type=float, default=10, help="age of a status file that means crashed (10)")
    parser.add_argument("--options", metavar="TEXT", help="`options` of `subscene info --json`; products done with other options are not done")
    return parser.parse_args()


def fail(message):
    print(f"subscene-report: error: {message}", file=sys.stderr)
    sys.exit(3)


def read_list(path):
    try:
        with open(path, "rb") as file:
            lines = [os.fsdecode(line.strip()) for line in file]
    except OSError as e:
        fail(f"list {path}: {e.strerror}")
    return [line for line in lines if line and not line.startswith("#")]


def folder_of(operand):
    """The product itself: a MTD_MSIL1C.xml or MTD_MSIL2A.xml stands for its folder."""
    path = operand.rstrip("/") or "/"
    if os.path.basename(path) in ("MTD_MSIL1C.xml", "MTD_MSIL2A.xml"):
        path = os.path.dirname(path).rstrip("/") or "."
    return path


def name_of(operand):
    """The name of its status file, as subscene run makes it."""
    path = folder_of(operand)
    name = os.path.basename(path)
    if not name.strip("."):
        name = os.path.basename(os.path.realpath(path))
    return name.removesuffix(".SAFE").removesuffix(".zip").removesuffix(".SAFE")


def check_names(operands):
    seen = {}
    for operand in operands:
        other = seen.setdefault(name_of(operand), operand)
        if other is not operand:
            print(f"subscene-report: error: {operand} and {other}: one name, so one status file", file=sys.stderr)
            sys.exit(2)


def slurm_jobs():
    """State of every job that Slurm still has in its queue; None where there is no Slurm to ask."""
    try:
        run = subprocess.run(["squeue", "--all", "--noheader", "--array", "--format=%i %T"], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, timeout=120, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return dict(line.split() for line in run.stdout.decode().splitlines())


def read_status(folder, name):
    """The status file and when it was written by the file server's clock; None, None where there is none."""
    try:
        with open(os.path.join(folder, name + ".json"), encoding="utf-8", errors="surrogateescape") as file:
            status = json.load(file)
            if not isinstance(status, dict):
                raise ValueError
            return status, os.fstat(file.fileno()).st_mtime
    except FileNotFoundError:
        return None, None
    except OSError as e:
        return {"state": "failed", "error": f"{e.filename}: {e.strerror}"}, 0.0
    except ValueError:
        return {"state": "failed", "error": f"{name}.json: is no status file"}, 0.0


def age_text(seconds):
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def process_is_gone(row):
    """Of a run outside of Slurm, on this very host."""
    if row["host"] != socket.gethostname() or not isinstance(row["pid"], int):
        return False
    try:
        os.kill(row["pid"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


def describe(operand, options):
    """The row of a product, of its status file alone."""
    name = name_of(operand)
    status, written = read_status(options.status, name)
    row = {"product": operand, "name": name, "state": "never", "exit_code": None, "error": None}
    if status is None:
        return row
    for key in ("state", "exit_code", "error", "total", "made", "skipped", "labelled", "rejected", "failed", "seconds", "host", "pid",
                "job", "started", "updated"):
        row[key] = status.get(key)
    row["written"] = written
    row["age_seconds"] = max(0, round(time.time() - written))
    if row["state"] == "done" and options.options is not None and status.get("options") != options.options:
        row["state"], row["error"] = "never", "done with other options"
    elif row["state"] not in STATES:
        row["state"], row["error"] = "failed", row["error"] or f"{name}.json: its state is {status.get('state')!r}"
    return row


def judge_running(row, jobs, stale):
    """What a file that says running means: a state, and why where it is not that."""
    job = row["job"]
    if job and jobs is not None:
        state = jobs.get(str(job))
        if state is None:
            return "crashed", f"job {job} is gone"
        if state in QUEUED:
            return "waiting", f"job {job} is in the queue again"
    elif not job and process_is_gone(row):
        return "crashed", f"process {row['pid']} is gone"
    if row["age_seconds"] > stale * 60:
        return "crashed", f"no sign of life for {age_text(row['age_seconds'])}"
    return "running", None


def look_at_running(rows, options):
    """Which of those under way are alive. The queue is asked after the files were read, and where a job is gone the file is read again:
    it may have ended in between."""
    running = [i for i, row in enumerate(rows) if row["state"] == "running"]
    jobs = slurm_jobs() if any(rows[i]["job"] for i in running) else None
    for i in running:
        state, reason = judge_running(rows[i], jobs, options.stale)
        if state == "crashed":
            again = describe(rows[i]["product"], options)
            if again["state"] != "running" or again.get("started") != rows[i]["started"]:
                rows[i] = again
                continue
        rows[i]["state"], rows[i]["error"] = state, reason


def newest_change(operand):
    """When anything of the product last changed. Change times, not those of the data: a copy may keep the latter."""
    path = folder_of(operand)
    newest = 0.0
    try:
        newest = os.stat(path).st_ctime
        for folder, _, files in os.walk(path):
            for file in [folder] + [os.path.join(folder, f) for f in files]:
                newest = max(newest, os.stat(file).st_ctime)
    except OSError:
        pass
    return newest


def wants_retry(row, everything):
    if row["state"] == "done" or row["state"] in ALIVE:
        return False
    # exit code 1 with failed subscenes: damaged tiles; without: the output could not be written
    no_use = row["exit_code"] in NO_USE or (row["exit_code"] == 1 and row.get("failed"))
    if everything or not no_use:
        return True
    return newest_change(row["product"]) > row["written"]


def write_retry(path, rows, everything):
    retried = [row["product"] for row in rows if wants_retry(row, everything)]
    aside = f"{path}.part-{os.getpid()}"
    try:
        with open(aside, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.writelines(operand + "\n" for operand in retried)
        os.replace(aside, path)
    except OSError as e:
        fail(f"{path}: {e.strerror}")
    return len(retried)


def details(row):
    """The last column: counts, host and age of the status file where they matter, then the reason."""
    parts = []
    if row.get("total"):
        parts.append(f"{(row['made'] or 0) + (row['skipped'] or 0)} of {row['total']}")
    if row["state"] in ("running", "waiting", "crashed"):
        parts.append(f"on {row['host']}, {age_text(row['age_seconds'])} ago")
    if row["error"]:
        parts.append(" ".join(row["error"].split()))
    return "; ".join(parts)


def print_table(rows, counts):
    width = max([len("product")] + [len(row["name"]) for row in rows])
    print(f"{'state':<8} {'exit':>4}  {'product':<{width}}  details")
    for row in rows:
        code = "-" if row["exit_code"] is None else row["exit_code"]
        print(f"{row['state']:<8} {code:>4}  {row['name']:<{width}}  {details(row)}".rstrip())
    numbers = ", ".join(f"{counts[s]} {s}" for s in STATES if counts[s])
    print(f"{len(rows)} products: {numbers or 'nothing to do'}")


def main():
    options = parse_arguments()
    # names of files may hold any byte
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    operands = read_list(options.list)
    check_names(operands)
    if not os.path.isdir(options.status):
        fail(f"{options.status}: is not a folder; subscene run --status makes it")
    rows = [describe(operand, options) for operand in operands]
    look_at_running(rows, options)
    counts = collections.Counter(row["state"] for row in rows)
    retried = write_retry(options.retry, rows, options.all) if options.retry else None
    for row in rows:
        row.pop("written", None)
    if options.json:
        document = {"total": len(rows), "states": {s: counts[s] for s in STATES}, "retried": retried, "products": rows}
        print(json.dumps(document, ensure_ascii=True))
    else:
        print_table(rows, counts)
        if retried is not None:
            print(f"{retried} products in {options.retry}")
    return 0 if counts["done"] == len(rows) else 1


try:
    sys.exit(main())
except BrokenPipeError:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(1)
