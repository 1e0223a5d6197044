// One key per label: what every MERGE of kg relies on.
CREATE CONSTRAINT paper_id IF NOT EXISTS FOR (n:Paper) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT method_id IF NOT EXISTS FOR (n:Method) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT dataset_id IF NOT EXISTS FOR (n:Dataset) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT benchmark_id IF NOT EXISTS FOR (n:Benchmark) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT task_id IF NOT EXISTS FOR (n:Task) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT metric_id IF NOT EXISTS FOR (n:Metric) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT url_id IF NOT EXISTS FOR (n:Url) REQUIRE n.id IS UNIQUE;

// Papers by year.
CREATE INDEX paper_year IF NOT EXISTS FOR (n:Paper) ON (n.year);

// Search in names and texts (Neo4j only).
CREATE FULLTEXT INDEX entity_names IF NOT EXISTS FOR (n:Method|Dataset|Benchmark|Task|Metric|Url) ON EACH [n.name, n.aliases];
CREATE FULLTEXT INDEX paper_texts IF NOT EXISTS FOR (n:Paper) ON EACH [n.title, n.abstract];
