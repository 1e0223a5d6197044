// Lists that CSV cannot hold. Running it again changes nothing.
MATCH (x:`Paper`) WHERE x.`authors` IS NULL CALL { WITH x SET x.`authors` = [] } IN TRANSACTIONS OF 10000 ROWS;
MATCH (x:`Paper`) WHERE x.`categories` IS NULL CALL { WITH x SET x.`categories` = [] } IN TRANSACTIONS OF 10000 ROWS;
MATCH (x:`Method`) WHERE x.`aliases` IS NULL CALL { WITH x SET x.`aliases` = [] } IN TRANSACTIONS OF 10000 ROWS;
MATCH (x:`Method`) WHERE x.`same_as` IS NULL CALL { WITH x SET x.`same_as` = [] } IN TRANSACTIONS OF 10000 ROWS;
MATCH (x:`Dataset`) WHERE x.`aliases` IS NULL CALL { WITH x SET x.`aliases` = [] } IN TRANSACTIONS OF 10000 ROWS;
MATCH (x:`Dataset`) WHERE x.`same_as` IS NULL CALL { WITH x SET x.`same_as` = [] } IN TRANSACTIONS OF 10000 ROWS;
MATCH (x:`Benchmark`) WHERE x.`aliases` IS NULL CALL { WITH x SET x.`aliases` = [] } IN TRANSACTIONS OF 10000 ROWS;
MATCH (x:`Benchmark`) WHERE x.`same_as` IS NULL CALL { WITH x SET x.`same_as` = [] } IN TRANSACTIONS OF 10000 ROWS;
MATCH (x:`Task`) WHERE x.`same_as` IS NULL CALL { WITH x SET x.`same_as` = [] } IN TRANSACTIONS OF 10000 ROWS;
MATCH (x:`Metric`) WHERE x.`aliases` IS NULL CALL { WITH x SET x.`aliases` = [] } IN TRANSACTIONS OF 10000 ROWS;
MATCH (x:`Metric`) WHERE x.`same_as` IS NULL CALL { WITH x SET x.`same_as` = [] } IN TRANSACTIONS OF 10000 ROWS;
MATCH (x:`Url`) WHERE x.`aliases` IS NULL CALL { WITH x SET x.`aliases` = [] } IN TRANSACTIONS OF 10000 ROWS;
MATCH (x:`Url`) WHERE x.`same_as` IS NULL CALL { WITH x SET x.`same_as` = [] } IN TRANSACTIONS OF 10000 ROWS;
