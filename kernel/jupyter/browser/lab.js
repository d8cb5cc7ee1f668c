// Starts JupyterLab in a folder of its own, with settings, configuration and
// runtime files that touch nothing of the user's.
import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const jupyter = process.env.JUPYTER ?? path.join(here, '../../../.venv/bin/jupyter');

// Options of the browser: it has no screen, and is to talk to nobody but the server.
export const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

// Without windowing all cells are in the page, so that they can be photographed.
const settings = {
  'notebook-extension/tracker': { windowingMode: 'none', kernelShutdown: true },
  'apputils-extension/notification': { checkForUpdates: false, fetchNews: 'false' },
};

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// startLab returns { root, url(path), stop() }.
export async function startLab() {
  const home = await mkdtemp(path.join(tmpdir(), 'galago-lab-'));
  const root = path.join(home, 'root');
  await mkdir(root);
  for (const [name, value] of Object.entries(settings)) {
    const file = path.join(home, 'settings/@jupyterlab', `${name}.jupyterlab-settings`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(value));
  }
  const port = await freePort();
  const token = Math.random().toString(36).slice(2);
  const server = spawn(jupyter, [
    'lab', '--no-browser', '--allow-root', `--ServerApp.port=${port}`, '--ServerApp.port_retries=0',
    `--IdentityProvider.token=${token}`, `--ServerApp.root_dir=${root}`,
  ], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      JUPYTER_CONFIG_DIR: path.join(home, 'config'),
      JUPYTER_RUNTIME_DIR: path.join(home, 'runtime'),
      JUPYTERLAB_SETTINGS_DIR: path.join(home, 'settings'),
      JUPYTERLAB_WORKSPACES_DIR: path.join(home, 'workspaces'),
    },
  });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (text) => { log = (log + text).slice(-20000); });
  }
  const ended = new Promise((resolve) => server.on('exit', resolve));
  const url = (to) => `http://127.0.0.1:${port}/${to}${to.includes('?') ? '&' : '?'}token=${token}`;
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    await rm(home, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries++) {
    try {
      if ((await fetch(url('api/status'))).ok) break;
    } catch { /* not listening yet */ }
    if (server.exitCode !== null || tries === 300) {
      await stop();
      throw new Error(`JupyterLab does not start:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { root, url, stop, log: () => log };
}
