// A shop as a browser sees it: links and hidden fields are taken out of its pages, and what a page must show is checked.
import { absent, constant, css, HttpUser, status, task, xpath } from 'onrush'

const headers = { accept: 'text/html' }
// Made once, which also loads what reads HTML before the first page comes.
const isList = [css('ul.cards a'), css('.error', absent()), xpath('count(//main//li) >= 5', true)]
const isCart = [status(200), css('h1', 'Your cart'), css('main b', /^\d+\.\d\d €$/)]

export class Visitor extends HttpUser {
  waitTime = constant(0.1)

  async onStart() {
    const form = { name: `visitor ${this.id}` }
    await this.client.post('/login', { form, headers, check: css('h1', /^Hello visitor/) })
  }

  @task async buy() {
    const list = await this.client.get('/items', { headers, check: isList })
    const links = list.cssAll('ul.cards a::attr(href)')
    const page = await this.client.get(this.random.pick(links), { name: '/items/:id', headers })

    const item = page.css('form[action="/cart"] input[name=item]::attr(value)') ?? ''
    await this.client.post('/cart', { form: { item }, headers, check: isCart })
  }
}
