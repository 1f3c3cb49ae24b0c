// node ask.mjs: what yaml-language-server answers an editor. Each line of its input is a JSON list of questions, and has one line of
// answers. A question is { uri, text } for its diagnostics, and with { ask: 'hover' or 'completion', line, character } for that; lines
// count from 0.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = createRequire(import.meta.url)('vscode-jsonrpc/node');
const server = spawn('node', ['node_modules/yaml-language-server/bin/yaml-language-server', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
const settings = { yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } } };
const waiting = new Map();
connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => waiting.get(uri)?.(diagnostics));
connection.onRequest('workspace/configuration', ({ items }) => items.map(({ section }) => settings[section] ?? {}));
connection.onRequest('client/registerCapability', () => null);
connection.listen();

await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: { workspace: { configuration: true }, textDocument: { hover: { contentFormat: ['markdown'] }, completion: { completionItem: { documentationFormat: ['markdown'], snippetSupport: true } } } } });
await connection.sendNotification('initialized', {});
await connection.sendNotification('workspace/didChangeConfiguration', { settings });

let count = 0;
async function answer({ uri, text, ask, line, character }) {
  // Each is a document of its own, so that no answer is another one's.
  uri = uri.replace(/([^/]*)$/, `${++count}-$1`);
  const diagnosed = new Promise(resolve => waiting.set(uri, resolve));
  await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
  const given = ask ? await connection.sendRequest(`textDocument/${ask}`, { textDocument: { uri }, position: { line, character } }) : await diagnosed;
  await connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  return given;
}

for await (const questions of createInterface({ input: process.stdin })) {
  const answers = [];
  for (const question of JSON.parse(questions)) answers.push(await answer(question));
  process.stdout.write(JSON.stringify(answers) + '\n');
}
server.kill();
process.exit(0);
