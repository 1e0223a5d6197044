"""A Spark session for one build: how it is started, kept quiet, and ended."""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import kg.errors
from kg.engines._java import JAVA_HINT, java_home
from kg.errors import ConfigError, KgError, MissingExtraError

__all__ = ["explained", "spark_session"]

_LOG = """rootLogger.level = {level}
logger.python.name = org.apache.spark.api.python.PythonGatewayServer
logger.python.level = {level}
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{{yy/MM/dd HH:mm:ss}} %p %c{{1}}: %m%n%ex
"""
_MORE = "for more: --engine-option spark.log.level=ERROR"
_DEFAULTS = {
    "spark.app.name": "kg build",
    "spark.executorEnv.OMP_NUM_THREADS": "1",
    "spark.python.worker.reuse": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "32",
}
_RAISED = re.compile(r"^kg\.errors\.(\w+): (.+?)(?=\n\s*\n|\n\s+at |\Z)", re.DOTALL | re.MULTILINE)


@contextmanager
def spark_session(master: str, workers: int, settings: Mapping[str, str]) -> Iterator[Any]:
    """A session; one that is there already (a notebook's) is used, and left as it is.

    Args:
        master: Address of the cluster; empty for what ``spark-submit`` or the variable
            ``SPARK_MASTER`` says, else this machine.
        workers: Processes on this machine; 0 for one a core.
        settings: Spark's own settings by name.

    Yields:
        The ``pyspark.sql.SparkSession``.

    Raises:
        MissingExtraError: pyspark is not installed.
        ConfigError: There is no Java, or Spark does not start.
    """
    try:
        with _unwarned():
            from pyspark import SparkConf, SparkContext
            from pyspark.sql import SparkSession
    except ImportError as err:
        raise MissingExtraError("spark", needed_for="the engine 'spark'") from err
    there = SparkSession.getActiveSession()
    if there is not None:
        with _unwarned():
            yield there
        return
    home = java_home()
    if home is not None:
        os.environ["JAVA_HOME"] = home
    address = master or os.environ.get("SPARK_MASTER", "")
    if not address and "PYSPARK_GATEWAY_PORT" not in os.environ:
        address = f"local[{workers or '*'},4]"
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    local = address.startswith("local")
    if local:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    level = settings.get("spark.log.level", "FATAL")
    with _unwarned(), tempfile.TemporaryDirectory(prefix="kg-spark-") as folder:
        log = Path(folder) / "log4j2.properties"
        log.write_text(_LOG.format(level=level.lower()))
        java = settings.get("spark.driver.extraJavaOptions", "")
        conf = SparkConf()
        if address:
            conf.setMaster(address)
        own = {
            **_DEFAULTS,
            **(_LOCAL if local else {}),
            **{key: value for key, value in settings.items() if key != "spark.log.level"},
            "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={log.as_uri()} {java}",
        }
        for name, value in own.items():
            conf.set(name, value)
        before = signal.getsignal(signal.SIGINT)
        try:
            session = SparkSession.builder.config(conf=conf).getOrCreate()
        except Exception as err:  # of py4j or of pyspark, by what went wrong
            said = " ".join(_text(err).split())[:300]
            _end_java(SparkContext)
            hint = JAVA_HINT if "JAVA_GATEWAY" in said else "is the cluster there? " + _MORE
            raise ConfigError(f"Spark does not start: {said}", hint=hint) from err
        try:
            yield session
        finally:
            with suppress(Exception):  # where it died, that is what is to be heard of
                session.sparkContext.cancelAllJobs()
            with suppress(Exception):
                session.stop()
            _end_java(SparkContext)
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGINT, before)


def _end_java(context: Any) -> None:
    """End the process of Java, which would keep its memory until this one ends."""
    gateway = context._gateway
    context._gateway = context._jvm = context._active_spark_context = None
    process = getattr(gateway, "proc", None)
    if gateway is not None:
        with suppress(Exception):
            gateway.shutdown()
    if process is not None:
        with suppress(OSError):
            process.stdin.close()
        with suppress(Exception):
            process.wait(30)


@contextmanager
def _unwarned() -> Iterator[None]:
    """Without what pyspark says of the version of pandas, of which nothing is used here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning, module=r"pyspark\.")
        yield


@contextmanager
def explained() -> Iterator[None]:
    """What goes wrong inside Spark as an error of kg, in one line.

    Raises:
        KgError: The error that a worker raised, or what Spark says.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as err:
        raise _explained(err) from err
    except (ConnectionError, EOFError) as err:
        raise KgError(
            f"Spark has ended: {err}",
            hint=f"is the cluster there? {_MORE}",
        ) from err


def _text(error: Exception) -> str:
    """What an error says; those of Java ask it, which may have ended."""
    try:
        return str(error)
    except Exception:  # whatever py4j meets
        return type(error).__name__


def _explained(error: Exception) -> KgError:
    said = _text(error)
    raised = _RAISED.search(said)
    if raised is not None:
        kind = getattr(kg.errors, raised[1], KgError)
        found: KgError = kind.__new__(kind)  # some take other things than a message
        KgError.__init__(found, " ".join(raised[2].split()))
        return found
    lines = [line for line in said.splitlines() if line.strip()]
    last = next((line for line in reversed(lines) if not line.startswith(("\t", " "))), "")
    reason = " ".join(f"{lines[0] if lines else type(error).__name__} {last}".split())[:500]
    return KgError(
        f"Spark failed: {reason}",
        hint=f"finished work is kept; {_MORE}",
    )
