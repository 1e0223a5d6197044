#!/bin/sh
# Imports this folder into an empty database of Neo4j 5 (made for 5.26).
#
#   sh import.sh [DATABASE] [OPTIONS]
#
# DATABASE is neo4j where no name is given. OPTIONS go to neo4j-admin as they are; with
# --overwrite-destination a database that has data is replaced. File names in them start from
# this folder.
#
# 1. Stop the server, or the database.
# 2. Run this. NEO4J_ADMIN may name the tool, or NEO4J_HOME the folder of Neo4j.
# 3. Start the server (a new database of the Enterprise Edition: CREATE DATABASE name).
# 4. cypher-shell -d DATABASE -f schema.cypher      constraints and indexes
# 5. cypher-shell -d DATABASE -f complete.cypher    empty lists, which CSV cannot hold
#
# counts.json says how many nodes and relations there must be.
set -eu
admin=neo4j-admin
if [ -n "${NEO4J_ADMIN:-}" ]; then
  admin=$NEO4J_ADMIN
elif [ -n "${NEO4J_HOME:-}" ]; then
  admin=$NEO4J_HOME/bin/neo4j-admin
fi
case $admin in
  /*) ;;
  */*) admin=$PWD/$admin ;;
esac
database=neo4j
case ${1:-} in
  '' | -*) ;;
  *)
    database=$1
    shift
    ;;
esac
CDPATH='' cd -- "$(dirname -- "$0")"
exec "$admin" database import full "$database" \
  '--id-type=string' \
  '--input-encoding=UTF-8' \
  '--array-delimiter=U+001F' \
  '--trim-strings=true' \
  '--nodes=Paper=nodes-Paper-header.csv,nodes-Paper-part.*' \
  '--nodes=Method=nodes-Method-header.csv,nodes-Method-part.*' \
  '--nodes=Dataset=nodes-Dataset-header.csv,nodes-Dataset-part.*' \
  '--nodes=Benchmark=nodes-Benchmark-header.csv,nodes-Benchmark-part.*' \
  '--nodes=Task=nodes-Task-header.csv,nodes-Task-part.*' \
  '--nodes=Metric=nodes-Metric-header.csv,nodes-Metric-part.*' \
  '--nodes=Url=nodes-Url-header.csv,nodes-Url-part.*' \
  '--relationships=INTRODUCES=relations-INTRODUCES-Paper-Method-header.csv,relations-INTRODUCES-Paper-Method-part.*' \
  '--relationships=USES=relations-USES-Paper-Method-header.csv,relations-USES-Paper-Method-part.*' \
  '--relationships=USES=relations-USES-Paper-Dataset-header.csv,relations-USES-Paper-Dataset-part.*' \
  '--relationships=EVALUATES_ON=relations-EVALUATES_ON-Paper-Benchmark-header.csv,relations-EVALUATES_ON-Paper-Benchmark-part.*' \
  '--relationships=MEASURES=relations-MEASURES-Paper-Metric-header.csv,relations-MEASURES-Paper-Metric-part.*' \
  '--relationships=COMPARES_WITH=relations-COMPARES_WITH-Paper-Method-header.csv,relations-COMPARES_WITH-Paper-Method-part.*' \
  '--relationships=ADDRESSES=relations-ADDRESSES-Paper-Task-header.csv,relations-ADDRESSES-Paper-Task-part.*' \
  '--relationships=MENTIONS=relations-MENTIONS-Paper-Method-header.csv,relations-MENTIONS-Paper-Method-part.*' \
  '--relationships=LINKS_TO=relations-LINKS_TO-Paper-Url-header.csv,relations-LINKS_TO-Paper-Url-part.*' \
  '--relationships=EVALUATED_ON=relations-EVALUATED_ON-Method-Benchmark-header.csv,relations-EVALUATED_ON-Method-Benchmark-part.*' \
  '--relationships=TRAINED_ON=relations-TRAINED_ON-Method-Dataset-header.csv,relations-TRAINED_ON-Method-Dataset-part.*' \
  '--relationships=OUTPERFORMS=relations-OUTPERFORMS-Method-Method-header.csv,relations-OUTPERFORMS-Method-Method-part.*' \
  '--relationships=EXTENDS=relations-EXTENDS-Method-Method-header.csv,relations-EXTENDS-Method-Method-part.*' \
  '--relationships=PART_OF=relations-PART_OF-Method-Method-header.csv,relations-PART_OF-Method-Method-part.*' \
  '--relationships=APPLIED_TO=relations-APPLIED_TO-Method-Task-header.csv,relations-APPLIED_TO-Method-Task-part.*' \
  '--relationships=MEASURED_BY=relations-MEASURED_BY-Benchmark-Metric-header.csv,relations-MEASURED_BY-Benchmark-Metric-part.*' \
  '--relationships=AVAILABLE_AT=relations-AVAILABLE_AT-Method-Url-header.csv,relations-AVAILABLE_AT-Method-Url-part.*' \
  "$@"
