// The target of a million users: nginx with as many processes as descriptors demand. Whoever has no cookie gets one and is
// greeted as new; whoever brings it is known. `connections()` is its own count of what is open.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../lib/free-port.mjs'
import { start } from '../lib/process.mjs'

/** Connections are dealt to processes by a hash: some get more than their part. */
const UNEVEN = 1_200
/** nginx allocates this many slots per process at once; more is no use. */
const PER_PROCESS_MAX = 40_000

/** `descriptorLimit`: of one process. */
export async function startTarget(users, descriptorLimit) {
  const perProcess = Math.min(PER_PROCESS_MAX, descriptorLimit - UNEVEN)
  const processes = Math.max(1, Math.ceil(users / perProcess))
  const folder = mkdtempSync(join(tmpdir(), 'onrush-million-'))
  chmodSync(folder, 0o755)
  const [port, statusPort] = [await freePort(), await freePort()]
  writeFileSync(
    join(folder, 'nginx.conf'),
    configuration({ folder, port, statusPort, processes, descriptorLimit }),
  )
  const server = start(['nginx', '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')])
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let asked = 0
  const status = () => {
    asked++
    return stubStatus(statusPort, agent)
  }
  await untilAnswering(status, server)
  return {
    url: `http://127.0.0.1:${port}`,
    pid: server.pid,
    processes,
    /** `{ connections, requests }` of users: without the one connection that asks here, and without its questions. */
    async counts() {
      const text = await status()
      const [, active] = /Active connections: (\d+)/.exec(text)
      const [, requests] = /^ \d+ \d+ (\d+)/m.exec(text)
      return { connections: Number(active) - 1, requests: Number(requests) - asked }
    },
    async close() {
      agent.destroy()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configuration({ folder, port, statusPort, processes, descriptorLimit }) {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  const connections = Math.min(PER_PROCESS_MAX, descriptorLimit) - 64
  return `
daemon off; worker_processes ${processes}; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections ${connections}; multi_accept on; }
http {
  access_log off; ${temp} keepalive_requests 1000000000; keepalive_timeout 3600s; default_type text/plain;
  connection_pool_size 256; request_pool_size 1k; client_header_buffer_size 512;
  map $cookie_member $greeting { "" new; default known; }
  map $cookie_member $new_cookie { "" "member=$connection; Path=/"; default ""; }
  server {
    listen 127.0.0.1:${port} backlog=4096 reuseport;
    add_header Set-Cookie $new_cookie;
    location / { return 200 $greeting; }
  }
  server { listen 127.0.0.1:${statusPort}; location / { stub_status; } }
}`
}

function stubStatus(port, agent) {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent }, (response) => {
      let text = ''
      response.setEncoding('latin1').on('data', (part) => {
        text += part
      })
      response.on('end', () => resolve(text))
    }).on('error', reject)
  })
}

async function untilAnswering(status, server) {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      return await status()
    } catch (error) {
      if (error.code !== 'ECONNREFUSED') throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error(`nginx does not answer: ${server.output.stderr}\nDebian: apt install nginx-light`)
}
