// A scenario as one function, for people who do not want classes. Each call is one iteration.
import { scenario } from 'onrush'

export default scenario('checkout', async ({ client, user, random }) => {
  await client.post('/login', { json: { name: `user-${user.id}` } })
  await client.post('/cart', { json: { item: random.integer(1, 500) } })
  const paid = await client.post('/pay')
  if (!paid.ok) return // a failed request is data, not an exception
  await client.post('/logout')
})
