/**
 * Builds the page into `dist/ui`: static files, all from one origin, nothing inline, so that `default-src 'self'` holds. The
 * development server answers the API from `mock/`, with a synthetic run that goes on by itself.
 */
import { defineConfig, type Plugin } from 'vite'
import solid from 'vite-plugin-solid'
import { MockApi } from './mock/mock-api.ts'

const mockApi = (): Plugin => ({
  name: 'mock-api',
  apply: 'serve',
  configureServer(server) {
    const api = new MockApi()
    api.start({ model: 'users', users: 200, spawnRate: 10, runTime: '20m' })
    for (let second = 0; second < 90; second++) api.tick()
    const ticking = setInterval(() => api.tick(), 1_000)
    server.httpServer?.once('close', () => clearInterval(ticking))
    server.middlewares.use((request, response, next) => {
      if (!api.answer(request, response)) next()
    })
  },
})

export default defineConfig({
  root: import.meta.dirname,
  plugins: [solid(), mockApi()],
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: 'esnext',
    // A data: URL would need a wider policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { host: '127.0.0.1' },
})
