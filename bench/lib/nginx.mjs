// The target: nginx with one worker process on its own core, answering from memory.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.mjs'
import { start } from './process.mjs'

/** `{ http, https, requests(), close() }`: `/` answers `ok`, `/10k` ten thousand bytes, `/status` nginx's own counters. */
export async function startNginx({ core }) {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-bench-'))
  const [port, tlsPort] = [await freePort(), await freePort()]
  const key = join(folder, 'key.pem')
  const cert = join(folder, 'cert.pem')
  spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
    '-keyout',
    key,
    '-out',
    cert,
  ])
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  writeFileSync(join(folder, '10k'), '0123456789'.repeat(1000)) // a `return` cannot hold more than 4 kB
  chmodSync(folder, 0o755)
  writeFileSync(
    join(folder, 'nginx.conf'),
    `
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log; worker_rlimit_nofile 19990;
events { worker_connections 19000; }
http {
  access_log off; ${temp} keepalive_requests 1000000000; keepalive_timeout 600s; default_type text/plain;
  ssl_certificate ${cert}; ssl_certificate_key ${key}; ssl_session_cache shared:s:10m;
  server {
    listen 127.0.0.1:${port} backlog=4096; listen 127.0.0.1:${tlsPort} ssl;
    location = / { return 200 "ok"; }
    location = /10k { root ${folder}; open_file_cache max=10; open_file_cache_valid 600s; }
    location = /status { stub_status; }
  }
}`,
  )
  const server = start(
    ['nginx', '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')],
    { core },
  )
  await reachable(port, server)
  const counted = requestCounter(`http://127.0.0.1:${port}/status`)
  return {
    /** Requests so far by nginx's own count, without these questions. */
    requests: counted,
    http: `http://127.0.0.1:${port}`,
    https: `https://127.0.0.1:${tlsPort}`,
    cert,
    async close() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function requestCounter(url) {
  let asked = 0
  return async () => {
    asked++
    const text = await (await fetch(url)).text()
    return Number(/^ \d+ \d+ (\d+)/m.exec(text)[1]) - asked
  }
}

async function reachable(port, server) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(
    `nginx does not answer on port ${port}: ${server.output.stderr}\nIs nginx installed? (Debian: apt-get install nginx-light)`,
  )
}
