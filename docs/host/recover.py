#!/usr/bin/env python3
"""Pushes this host's log of call events to the core, which stores what it misses. See README.md beside it.

Needs Python 3.6 or newer and nothing else. Exit code 0: the core has everything; 1: it has not, and why is said.
"""

import argparse
import fcntl
import glob
import http.client
import json
import os
import random
import sqlite3
import sys
import time
import urllib.parse

TABLE = "AlternativeAPIlogs"
TIMEOUT_S = 120
ATTEMPTS = 4
# However long the core asks to wait: cron starts this again in a few minutes.
LONGEST_WAIT_S = 60
DAY_S = 86400


def arguments():
    parser = argparse.ArgumentParser(description="Дослать ядру события звонков, которые до него не дошли.")
    parser.add_argument("--url", required=True, help="адрес ядра, например http://10.0.0.5:8000")
    parser.add_argument("--enterprise", required=True, help="номер предприятия, например 0367")
    parser.add_argument("--token-file", help="файл с токеном предприятия; без него — переменная RECOVERY_TOKEN")
    parser.add_argument("--directory", default=".", help="где лежат Listen_AMI_*.db")
    parser.add_argument("--days", type=int, default=2, help="за сколько последних дней смотреть файлы")
    parser.add_argument("--file", action="append", default=[], help="эти файлы целиком, вместо --directory")
    parser.add_argument("--state", help="где помнить подтверждённое; без него — recover.state в --directory")
    parser.add_argument("--jitter", type=int, default=0, help="подождать до стольких секунд, чтобы АТС не шли разом")
    parser.add_argument("--dry-run", action="store_true", help="только узнать, чего не хватает")
    return parser.parse_args()


class Problem(Exception):
    """Said to the person who reads cron's mail."""


def main():
    options = arguments()
    state_file = options.state or os.path.join(options.directory, "recover.state")
    lock = open(state_file + ".lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print("Предыдущий запуск ещё идёт.")
        return 0
    time.sleep(random.uniform(0, options.jitter))
    state = {} if options.file else read_state(state_file)
    source = Source(options.file or recent_files(options.directory, options.days), state)
    if not options.file and not source.has_news():
        return tell(source.problems)
    report = push(options, source)
    print(report.get("text", ""))
    tell(source.problems)
    if not report.get("complete"):
        return 1
    if not options.file and not options.dry_run:
        write_state(state_file, source.positions)
    return 1 if source.problems or report.get("unreadable") else 0


def tell(problems):
    for problem in problems:
        print("ВНИМАНИЕ: " + problem)
    return 1 if problems else 0


def recent_files(directory, days):
    since = time.time() - days * DAY_S
    files = glob.glob(os.path.join(directory, "Listen_AMI_*.db"))
    # A clock that began in 1970 leaves a file of that year behind.
    return sorted(f for f in files if os.path.getmtime(f) > since or os.path.getmtime(f) < 10 * 365 * DAY_S)


class Source:
    """The rows of the files that the core has not confirmed yet."""

    def __init__(self, files, state):
        self.files = files
        self.state = state
        self.positions = dict((f, state[f]) for f in files if f in state)
        self.problems = []

    def has_news(self):
        for path in self.files:
            try:
                with Log(path) as log:
                    if log.last_id() != self.state.get(path, 0):
                        return True
            except sqlite3.Error as error:
                self.problems.append("%s: %s" % (path, error))
        return False

    def lines(self):
        """NDJSON, a chunk at a time: never the whole day in memory."""
        self.problems = []
        for path in self.files:
            try:
                with Log(path) as log:
                    last = log.last_id()
                    known = self.state.get(path, 0)
                    # A file that begins anew has smaller ids.
                    for row in log.rows_after(known if known <= last else 0, last):
                        row["file"] = os.path.basename(path)
                        yield (json.dumps(row) + "\n").encode("utf-8")
                    self.positions[path] = last
            except sqlite3.Error as error:
                self.problems.append("%s прочитан не до конца: %s" % (path, error))


class Log:
    def __init__(self, path):
        self.path = path

    def __enter__(self):
        uri = "file:%s?mode=ro" % urllib.parse.quote(os.path.abspath(self.path))
        self.connection = sqlite3.connect(uri, uri=True, timeout=20)
        self.connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        self.connection.row_factory = sqlite3.Row
        return self

    def __exit__(self, *_):
        self.connection.close()

    def last_id(self):
        return self.connection.execute("select max(id) from %s" % TABLE).fetchone()[0] or 0

    def rows_after(self, known, last):
        """New rows, and older ones with the same body: the core counts how often an event happened."""
        query = (
            "select id, DateTime, event, Uniqueid, request, status, response from {0} where id <= :last and "
            "(id > :known or request in (select request from {0} where id > :known and id <= :last)) order by id"
        ).format(TABLE)
        for row in self.connection.execute(query, {"known": known, "last": last}):
            fields = dict(row)
            fields["response"] = str(fields["response"] or "")[:200]
            yield fields


def push(options, source):
    """The core's report. A core that is away or busy is asked again."""
    token = token_of(options)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            status, report, retry_after = post(options, token, source.lines())
        except (OSError, http.client.HTTPException) as error:
            status, report, retry_after = 0, {"text": "Ядро %s не отвечает: %s" % (options.url, error)}, None
        if status in (0, 408, 429, 503) and attempt < ATTEMPTS:
            time.sleep(wait_s(attempt, retry_after))
            continue
        if status in (401, 403):
            raise Problem("Ядро отказало (%d): %s" % (status, report.get("detail", "")))
        if status != 200:
            report["complete"] = False
            report.setdefault("text", "Ядро ответило %d: %s" % (status, report.get("detail", "")))
        return report


def wait_s(attempt, retry_after):
    """Not before the core wants it, and not all hosts at once."""
    asked = int(retry_after) if (retry_after or "").isdigit() else 0
    return min(asked, LONGEST_WAIT_S) + random.uniform(0.5, 1) * (2 if asked else 2 ** attempt)


def post(options, token, lines):
    """The status, the core's report, and its Retry-After."""
    url = urllib.parse.urlsplit(options.url)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname, url.port, timeout=TIMEOUT_S)
    path = url.path.rstrip("/") + "/recovery/" + urllib.parse.quote(options.enterprise)
    headers = {"Token": token, "Content-Type": "application/x-ndjson"}
    try:
        try:
            connection.request(
                "POST",
                path + ("?dry_run=1" if options.dry_run else ""),
                body=chunks(lines),
                headers=headers,
                encode_chunked=True,
            )
        except (BrokenPipeError, ConnectionResetError):
            pass  # The core has answered before it had read everything; the answer says why.
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        try:
            report = json.loads(text)
        except ValueError:
            report = {"detail": text[:200]}
        return response.status, report, response.getheader("Retry-After")
    finally:
        connection.close()


def chunks(lines, size=64 * 1024):
    held = []
    held_bytes = 0
    for line in lines:
        held.append(line)
        held_bytes += len(line)
        if held_bytes >= size:
            yield b"".join(held)
            held, held_bytes = [], 0
    if held:
        yield b"".join(held)


def token_of(options):
    # Not on the command line: whoever may list processes could read it there.
    if options.token_file:
        with open(options.token_file) as file:
            return file.read().strip()
    token = os.environ.get("RECOVERY_TOKEN", "").strip()
    if not token:
        raise Problem("Нет токена: укажите --token-file или переменную RECOVERY_TOKEN.")
    return token


def read_state(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def write_state(path, positions):
    with open(path + ".new", "w") as file:
        json.dump(positions, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Problem, OSError) as problem:
        print(problem)
        sys.exit(1)
