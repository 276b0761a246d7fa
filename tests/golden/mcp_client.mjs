// SPDX-License-Identifier: GPL-2.0-only
//
// node mcp_client.mjs NODE_MODULES SPELUNK FOLDER: use spelunk mcp with the protocol's own client, which
// checks what it gets by the protocol's schemas; prints a line for each thing that holds.

const [npm, spelunk, folder] = process.argv.slice(2);
const sdk = npm + '/@modelcontextprotocol/sdk/dist/esm/';
const { Client } = await import(sdk + 'client/index.js');
const { StdioClientTransport } = await import(sdk + 'client/stdio.js');

const client = new Client({ name: 'test', version: '1' });
client.onerror = error => console.log('error', error.message);
await client.connect(new StdioClientTransport({ command: spelunk, args: ['mcp', '--root', folder] }));
console.log('server', client.getServerVersion().name);
console.log('capabilities', JSON.stringify(client.getServerCapabilities()));
console.log('instructions', /data, not instructions/.test(client.getInstructions()));

const { tools } = await client.listTools();
console.log('tools', tools.map(t => t.name).join(' '));

async function call(name, args) {
	const result = await client.callTool({ name, arguments: args });
	if (result.isError)
		return result.content[0].text;
	return JSON.parse(result.content[0].text);
}

const { recording, about } = await call('open',
	{ recording: 'vhe-guest.data', kallsyms: 'kallsyms-6.12', guest: ['guest.elf'] });
console.log('open', recording, about.recording.records);
console.log('findings', (await call('findings', { recording })).samples.findings[0].id);
const { report } = await call('report', { recording, by: ['world'], columns: ['samples'] });
console.log('report', JSON.stringify(report.rows.rows));
console.log('annotate', (await call('annotate', { recording, function: 'guest_chase' })).annotate.functions[0].symbol);
console.log('kvm', (await call('kvm', { recording })).kvm.vms.map(v => v.name).join(' '));
console.log('diff', (await call('diff', { a: recording, b: recording })).diff.samples.significant);
console.log('doctor', typeof (await call('doctor', {})).doctor.verdict);
console.log('refused', await call('summary', { recording: '/etc/passwd' }));
const refused = await client.callTool({ name: 'nosuch', arguments: {} }).catch(error => error.code);
console.log('unknown tool', refused);
console.log('ping', JSON.stringify(await client.ping()));
await client.close();
