# Imports this folder into an empty database of Neo4j 5 (made for 5.26).
#
#   powershell -File import.ps1 [DATABASE] [OPTIONS]
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
$ErrorActionPreference = 'Stop'
$admin = 'neo4j-admin'
if ($env:NEO4J_ADMIN) {
  $admin = $env:NEO4J_ADMIN
  if (Test-Path -LiteralPath $admin -PathType Leaf) {
    $admin = (Resolve-Path -LiteralPath $admin).ProviderPath
  }
} elseif ($env:NEO4J_HOME) {
  $admin = Join-Path (Resolve-Path -LiteralPath $env:NEO4J_HOME).ProviderPath 'bin/neo4j-admin'
}
$database = 'neo4j'
$options = @($args)
if ($options.Count -gt 0 -and -not "$($options[0])".StartsWith('-')) {
  $database = "$($options[0])"
  $options = @($options | Select-Object -Skip 1)
}
$arguments = @(
  'database', 'import', 'full', $database,
  '--id-type=string',
  '--input-encoding=UTF-8',
  '--array-delimiter=U+001F',
  '--trim-strings=true',
  '--nodes=Paper=nodes-Paper-header.csv,nodes-Paper-part.*',
  '--nodes=Method=nodes-Method-header.csv,nodes-Method-part.*',
  '--nodes=Dataset=nodes-Dataset-header.csv,nodes-Dataset-part.*',
  '--nodes=Benchmark=nodes-Benchmark-header.csv,nodes-Benchmark-part.*',
  '--nodes=Task=nodes-Task-header.csv,nodes-Task-part.*',
  '--nodes=Metric=nodes-Metric-header.csv,nodes-Metric-part.*',
  '--nodes=Url=nodes-Url-header.csv,nodes-Url-part.*',
  '--relationships=INTRODUCES=relations-INTRODUCES-Paper-Method-header.csv,relations-INTRODUCES-Paper-Method-part.*',
  '--relationships=USES=relations-USES-Paper-Method-header.csv,relations-USES-Paper-Method-part.*',
  '--relationships=USES=relations-USES-Paper-Dataset-header.csv,relations-USES-Paper-Dataset-part.*',
  '--relationships=EVALUATES_ON=relations-EVALUATES_ON-Paper-Benchmark-header.csv,relations-EVALUATES_ON-Paper-Benchmark-part.*',
  '--relationships=MEASURES=relations-MEASURES-Paper-Metric-header.csv,relations-MEASURES-Paper-Metric-part.*',
  '--relationships=COMPARES_WITH=relations-COMPARES_WITH-Paper-Method-header.csv,relations-COMPARES_WITH-Paper-Method-part.*',
  '--relationships=ADDRESSES=relations-ADDRESSES-Paper-Task-header.csv,relations-ADDRESSES-Paper-Task-part.*',
  '--relationships=MENTIONS=relations-MENTIONS-Paper-Method-header.csv,relations-MENTIONS-Paper-Method-part.*',
  '--relationships=LINKS_TO=relations-LINKS_TO-Paper-Url-header.csv,relations-LINKS_TO-Paper-Url-part.*',
  '--relationships=EVALUATED_ON=relations-EVALUATED_ON-Method-Benchmark-header.csv,relations-EVALUATED_ON-Method-Benchmark-part.*',
  '--relationships=TRAINED_ON=relations-TRAINED_ON-Method-Dataset-header.csv,relations-TRAINED_ON-Method-Dataset-part.*',
  '--relationships=OUTPERFORMS=relations-OUTPERFORMS-Method-Method-header.csv,relations-OUTPERFORMS-Method-Method-part.*',
  '--relationships=EXTENDS=relations-EXTENDS-Method-Method-header.csv,relations-EXTENDS-Method-Method-part.*',
  '--relationships=PART_OF=relations-PART_OF-Method-Method-header.csv,relations-PART_OF-Method-Method-part.*',
  '--relationships=APPLIED_TO=relations-APPLIED_TO-Method-Task-header.csv,relations-APPLIED_TO-Method-Task-part.*',
  '--relationships=MEASURED_BY=relations-MEASURED_BY-Benchmark-Metric-header.csv,relations-MEASURED_BY-Benchmark-Metric-part.*',
  '--relationships=AVAILABLE_AT=relations-AVAILABLE_AT-Method-Url-header.csv,relations-AVAILABLE_AT-Method-Url-part.*'
)
Push-Location -LiteralPath $PSScriptRoot
try {
  & $admin @arguments @options
} finally {
  Pop-Location
}
exit $LASTEXITCODE
