"""Java, and the class path of Neo4j Community that Maven gets as ``pom.xml`` says."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
KEPT = Path(__file__).with_name(".cache")
OLDEST_JAVA = 17
DOWNLOAD_SECONDS = 900


class Neo4jMissingError(Exception):
    """Neo4j cannot be had here; the message says what is missing and how to get it."""


def java() -> str:
    """Find a Java that runs Neo4j 5: that of JAVA_HOME, else that of the search path.

    Raises:
        Neo4jMissingError: There is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")
    how = f"install Java {OLDEST_JAVA} or newer (Debian: apt install openjdk-17-jre-headless)"
    if found is None:
        where = "in JAVA_HOME" if home else "on the search path"
        raise Neo4jMissingError(f"there is no Java {where}: {how}")
    told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise Neo4jMissingError(f"Java {version[1] if version else '?'} is too old: {how}")
    return found


def class_path() -> str:
    """Give the class path; only the first time, and when the pom has changed, Maven is asked.

    Raises:
        Neo4jMissingError: Maven is needed and missing, or cannot get what the pom names.
    """
    KEPT.mkdir(exist_ok=True)
    kept = KEPT / f"classpath-{sha256(POM.read_bytes()).hexdigest()[:16]}.txt"
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # closing lets go of it
        if not _is_whole(kept):
            _ask_maven(kept)
        return kept.read_text("utf-8")


def _is_whole(kept: Path) -> bool:
    if not kept.is_file():
        return False
    return all(Path(jar).is_file() for jar in kept.read_text("utf-8").split(os.pathsep))


def _ask_maven(kept: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise Neo4jMissingError(
            "there is no Maven, which downloads Neo4j Community once (some 130 MB): "
            "install it (Debian: apt install maven)"
        )
    part = kept.with_suffix(".part")
    command = [maven, "-B", "-q", "-ntp", "-f", str(POM), "dependency:build-classpath"]
    options = [f"-Dmdep.outputFile={part}", "-Dmdep.includeScope=runtime", "-Dstyle.color=never"]
    try:
        done = subprocess.run(
            [*command, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=DOWNLOAD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as err:
        raise Neo4jMissingError(f"Maven took more than {DOWNLOAD_SECONDS} s to get Neo4j") from err
    if done.returncode != 0 or not _is_whole(part):
        said = next((s for s in done.stdout.splitlines() if "ERROR" in s), done.stdout[-500:])
        raise Neo4jMissingError(
            f"Maven cannot get Neo4j; check its network and settings: {said.strip()}"
        )
    part.replace(kept)
