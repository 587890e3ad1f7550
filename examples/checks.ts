// What a good answer looks like, said in ready-made checks; and a whole purchase timed as one transaction.
import {
  constant,
  fasterThan,
  HttpUser,
  header,
  jsonPath,
  type StandardSchema,
  schema,
  smallerThan,
  status,
  task,
} from 'onrush'

// Made once: a check may be used by every request of every user.
const isJson = [status(200), header('content-type', /json/), smallerThan('64kB')]

// Any library that implements Standard Schema fits here; a schema by hand shows how little that is.
const Receipt: StandardSchema = {
  '~standard': {
    validate: (value) => {
      const { order, cents } = value as { order?: unknown; cents?: unknown }
      const valid = typeof order === 'number' && typeof cents === 'number' && cents > 0
      return valid ? {} : { issues: [{ message: 'expected an order and its price' }] }
    },
  },
}

export class Shopper extends HttpUser {
  waitTime = constant(0.1)

  async onStart() {
    const name = `member ${this.id}`
    await this.client.post('/login', { json: { name }, check: jsonPath('$.name', name) })
  }

  @task(3) async browse() {
    const list = await this.client.get('/items', {
      check: [...isJson, jsonPath('$.items[*].id', Number.isInteger), fasterThan('5s')],
    })
    const id = list.path<number>('$.items[0].id')
    await this.client.get(`/items/${id}`, {
      name: '/items/:id',
      checks: { 'the item that was asked for': jsonPath('$.id', id) },
    })
  }

  @task async buy() {
    await this.transaction('purchase', async () => {
      await this.client.post('/cart', { json: { item: 7 }, check: jsonPath('$.lines') })
      await this.client.post('/pay', { check: schema(Receipt, 'a receipt') })
    })
  }
}
