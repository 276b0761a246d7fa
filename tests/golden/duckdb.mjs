// SPDX-License-Identifier: GPL-2.0-only
//
// duckdb.mjs NODE_MODULES QUERY...: rows of SQL queries, one a line, with | between values; null is
// nothing.

const [npm, ...queries] = process.argv.slice(2);
const { DuckDBInstance } = await import(npm + '/@duckdb/node-api/lib/index.js');
const instance = await DuckDBInstance.create();
const connection = await instance.connect();

for (const query of queries) {
	const rows = (await connection.runAndReadAll(query)).getRows();
	for (const row of rows)
		console.log(row.map(v => v ?? '').join('|'));
}
