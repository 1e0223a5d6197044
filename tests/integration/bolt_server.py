"""A server that speaks Bolt, as the tests know it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.stores.neo4j import Neo4jStore


@dataclass(frozen=True)
class BoltServer:
    """Where a server is and how to get in; ``name`` says what it is: arcadedb or neo4j."""

    name: str
    uri: str
    user: str
    password: str = field(repr=False)
    database: str | None

    def open(self, **options: object) -> Neo4jStore:
        """Connect kg's store to it; options replace the right ones.

        Raises:
            StoreError: The server cannot be reached, refuses the login, or lacks the database.
        """
        arguments = {"user": self.user, "password": self.password, "database": self.database}
        uri = str(options.pop("uri", self.uri))
        return Neo4jStore(uri, **{**arguments, **options})  # type: ignore[arg-type]

    def rows(self, cypher: str, **parameters: object) -> list[list[object]]:
        """Answer a statement through the bare driver: what it says does not hang on kg's store.

        Raises:
            neo4j.exceptions.DriverError: The server cannot be reached.
            neo4j.exceptions.Neo4jError: The server refuses the login or the statement.
        """
        import neo4j

        auth = (self.user, self.password) if self.password else None
        with (
            neo4j.GraphDatabase.driver(self.uri, auth=auth) as driver,
            driver.session(database=self.database) as session,
        ):
            return [record.values() for record in session.run(cypher, parameters)]

    def empty(self) -> None:
        """Take all nodes out again, and leave the constraints and indexes.

        Raises:
            neo4j.exceptions.DriverError: The server cannot be reached.
            neo4j.exceptions.Neo4jError: The server refuses.
        """
        self.rows("MATCH (n) DETACH DELETE n")

    def clear(self) -> None:
        """Take all nodes out again, and of a Neo4j the constraints and indexes too.

        A Neo4j then plans every statement anew, which takes seconds.

        Raises:
            neo4j.exceptions.DriverError: The server cannot be reached.
            neo4j.exceptions.Neo4jError: The server refuses.
        """
        self.empty()
        if self.name != "neo4j":
            return
        for (name,) in self.rows("SHOW CONSTRAINTS YIELD name"):
            self.rows(f"DROP CONSTRAINT `{name}` IF EXISTS")
        for (name,) in self.rows(
            "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"
        ):
            self.rows(f"DROP INDEX `{name}` IF EXISTS")
