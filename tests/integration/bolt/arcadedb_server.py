"""Run ArcadeDB's Bolt server until standard input closes.

Usage: python arcadedb_server.py DIRECTORY BOLT_PORT HTTP_PORT; the password comes from the
environment variable KG_TEST_PASSWORD. Prints READY once it answers.
"""

from __future__ import annotations

import os
import sys

import arcadedb_embedded


def main() -> None:
    directory, bolt_port, http_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    server = arcadedb_embedded.create_server(
        root_path=directory,
        root_password=os.environ["KG_TEST_PASSWORD"],
        config={
            "http_port": http_port,
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "bolt_port": bolt_port,
        },
    )
    server.start()
    server.create_database("neo4j")
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)  # the JVM's threads would keep the process alive


if __name__ == "__main__":
    main()
